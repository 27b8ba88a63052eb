package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/conformance/forge"
	"github.com/helm-dm/helm-dm/conformance/trial"
)

// seeds is the number of charts that FuzzTemplate starts with: from number 9 on,
// because number 8 is a map that contains itself, which Helm never gets done with.
const seeds = 15

// FuzzTemplate renders small charts made of what the fuzzer says.
func FuzzTemplate(f *testing.F) {
	for i := range uint64(seeds) {
		f.Add(binary.BigEndian.AppendUint64(nil, i+9))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		t.Parallel()
		files, args := forge.Small(data)
		dir := t.TempDir()
		if err := forge.Write(dir, files); err != nil {
			t.Fatal(err)
		}
		outcome := newPair(t).Try(t.Context(), trial.Case{Args: args, Dir: dir})
		if bytes.Contains(outcome.Ours.Stderr, []byte("went beyond its budget")) {
			t.Skip("Helm has no budgets")
		}
		if check(t, outcome); t.Failed() {
			t.Log(listing(files))
		}
	})
}

// listing shows files as a txtar archive has them.
func listing(files map[string]string) string {
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&out, "-- %s --\n%s\n", name, strings.TrimSuffix(files[name], "\n"))
	}
	return out.String()
}
