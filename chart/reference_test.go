package chart

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseReference(t *testing.T) {
	t.Parallel()
	digest := "sha256:" + strings.Repeat("0a", 32)
	tests := []struct {
		text, tagged string
		want         Reference
		upload       bool
	}{
		{"helm:example.com/foo/bar", "helm:example.com/foo/bar", Reference{Location: "helm:example.com/foo/bar"}, false},
		{"example.com/bar#1.2.3", "example.com/bar#1.2.3", Reference{Location: "example.com/bar", Version: "1.2.3"}, false},
		{"example.com/bar#>=1,<3", "example.com/bar#>=1,<3", Reference{Location: "example.com/bar", Version: ">=1,<3"}, false},
		{"example.com/bar#", "example.com/bar", Reference{Location: "example.com/bar"}, false},
		{"example.com/bar#1#2", "example.com/bar#1#2", Reference{Location: "example.com/bar", Version: "1#2"}, false},
		{"oci://example.com:5000/bar@" + digest, "oci://example.com:5000/bar", Reference{Location: "oci://example.com:5000/bar", Digest: digest}, false},
		{"https://me@example.com/bar-1.2.3.tgz", "https://me@example.com/bar-1.2.3.tgz", Reference{Location: "https://me@example.com/bar-1.2.3.tgz"}, false},
		{"localchart/web#1.2.3@" + digest, "localchart/web#1.2.3", Reference{Location: "localchart/web", Version: "1.2.3", Digest: digest}, true},
		{"localcharts/web", "localcharts/web", Reference{Location: "localcharts/web"}, false},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			got, err := ParseReference(test.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if got.Tagged() != test.tagged || got.IsUpload() != test.upload {
				t.Errorf("tagged %q, an upload: %t", got.Tagged(), got.IsUpload())
			}
			if want := strings.TrimSuffix(test.text, "#"); got.String() != want {
				t.Errorf("written %q, want %q", got, want)
			}
		})
	}
}

func TestParseReferenceRefuses(t *testing.T) {
	t.Parallel()
	digest := "sha256:" + strings.Repeat("0a", 32)
	tests := []struct{ name, text, want string }{
		{"nothing", "", "should look like"},
		{"no location", "#1.2.3", "should look like"},
		{"a digest alone", "@" + digest, "should look like"},
		{"a blank", "example.com/bar baz", "should look like"},
		{"a line feed in the version", "example.com/bar#1\n2", "should look like"},
		{"a short digest", "example.com/bar@sha256:0a", "64 hexadecimal"},
		{"text behind the digest", "example.com/bar@" + digest + "#1.2.3", "64 hexadecimal"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseReference(test.text)
			if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if got != (Reference{}) {
				t.Errorf("got %+v beside the error", got)
			}
		})
	}
}

func TestUploadReference(t *testing.T) {
	t.Parallel()
	digest := Digest([]byte("abc"))
	uploaded := UploadReference("web", "1.2.3", digest)
	if want := "localchart/web#1.2.3@" + digest; uploaded.String() != want || !uploaded.IsUpload() {
		t.Errorf("got %q, an upload: %t, want %q", uploaded, uploaded.IsUpload(), want)
	}
}

func TestIsDigest(t *testing.T) {
	t.Parallel()
	hex := strings.Repeat("0123456789abcdef", 4)
	tests := []struct {
		name, text string
		want       bool
	}{
		{"all digits", "sha256:" + hex, true},
		{"computed", Digest(nil), true},
		{"nothing", "", false},
		{"no algorithm", hex, false},
		{"another algorithm", "sha512:" + hex, false},
		{"too short", "sha256:" + hex[1:], false},
		{"too long", "sha256:" + hex + "0", false},
		{"upper case", "sha256:" + strings.ToUpper(hex), false},
		{"before a digit", "sha256:" + hex[1:] + "/", false},
		{"behind a digit", "sha256:" + hex[1:] + ":", false},
		{"before a letter", "sha256:" + hex[1:] + "`", false},
		{"behind a letter", "sha256:" + hex[1:] + "g", false},
		{"line feed at the end", "sha256:" + hex + "\n", false},
		{"line feed for a digit", "sha256:" + hex[1:] + "\n", false},
		{"a letter of two bytes", "sha256:" + hex[2:] + "é", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := IsDigest(test.text); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

// FuzzParseReference wants what String writes of a reference to be read as the
// same reference.
func FuzzParseReference(f *testing.F) {
	digest := Digest(nil)
	for _, seed := range []string{
		"helm:example.com/foo/bar#1.2.3", "oci://example.com/bar@" + digest, "localchart/web#1@" + digest,
		"a#", "a##b", "a@" + digest + "#@" + digest, "@" + digest, "#1", "a b", "a@sha256:",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first, err := ParseReference(text)
		if err != nil {
			if !errors.Is(err, ErrInvalid) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		second, err := ParseReference(first.String())
		if err != nil || second != first {
			t.Fatalf("%q is written %q and read %+v, %v; want %+v", text, first, second, err, first)
		}
		if first.Digest != "" && !IsDigest(first.Digest) {
			t.Fatalf("%q has the digest %q", text, first.Digest)
		}
	})
}
