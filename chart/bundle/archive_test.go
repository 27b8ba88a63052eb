package bundle

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/chart/fault"
)

// block is a header of a tar file with its data, as no writer would write it.
func block(t *testing.T, flag byte, name string, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	if err := w.WriteHeader(&tar.Header{Name: "x", Typeflag: tar.TypeReg, Size: int64(len(data)), Format: tar.FormatUSTAR}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	raw := out.Bytes()
	copy(raw, name)
	raw[156] = flag
	copy(raw[148:156], "        ")
	sum := 0
	for _, b := range raw[:512] {
		sum += int(b)
	}
	copy(raw[148:156], fmt.Sprintf("%06o\x00 ", sum))
	return raw
}

// record is one of the extended header's.
func record(key, value string) string {
	rest := " " + key + "=" + value + "\n"
	for n := len(rest); ; n++ {
		if text := fmt.Sprint(n) + rest; len(text) == n {
			return text
		}
	}
}

// TestArchiveRefuses is about entries that only hostile packages have. What
// their names may do is in the tests of package chart.
func TestArchiveRefuses(t *testing.T) {
	t.Parallel()
	sparse := record("GNU.sparse.major", "0") + record("GNU.sparse.minor", "1") + record("GNU.sparse.name", "a/x") +
		record("GNU.sparse.size", "4194304") + record("GNU.sparse.numblocks", "1") + record("GNU.sparse.map", "0,1")
	tests := []struct {
		name string
		raw  []byte
		want string
	}{
		{"a pipe", block(t, tar.TypeFifo, "a/x", nil), "neither a file nor a folder"},
		{"a disk", block(t, tar.TypeBlock, "a/x", nil), "neither a file nor a folder"},
		{"a terminal", block(t, tar.TypeChar, "a/x", nil), "neither a file nor a folder"},
		{"a hard link", block(t, tar.TypeLink, "a/x", nil), "neither a file nor a folder"},
		{"something unknown", block(t, 'Q', "a/x", nil), "neither a file nor a folder"},
		{"a file with holes", append(block(t, tar.TypeXHeader, "h", []byte(sparse)), block(t, tar.TypeReg, "a/x", []byte("x"))...), "has holes"},
		{"a name with a NUL", append(block(t, tar.TypeXHeader, "h", []byte(record("path", "a/x\x00y"))), block(t, tar.TypeReg, "a/x", nil)...), "unpacking"},
		{"a name that is not UTF-8", block(t, tar.TypeReg, "a/\xff\xfe", nil), "not UTF-8"},
		{"a terminal escape in a name", block(t, tar.TypeReg, "a/\x1b[31m", nil), "control character"},
		{"a share of another machine", block(t, tar.TypeReg, `\\host\share\x`, nil), "absolute"},
		{"text", []byte("no tar file at all"), "unpacking"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var packed bytes.Buffer
			w := gzip.NewWriter(&packed)
			if _, err := w.Write(test.raw); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			files, err := NewReader(Limits{}).Archive(&packed)
			if files != nil || !errors.Is(err, fault.ErrInvalid) || !strings.Contains(err.Error(), test.want) || strings.ContainsAny(err.Error(), "\x1b\x00") {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
