package provenance

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"

	"sigs.k8s.io/yaml"
)

// digestPattern is the digest of a package in a provenance. Other hashes are
// not written by anybody.
var digestPattern = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// claim is what a provenance says of a package.
type claim struct {
	name, version string // of the chart
	file, digest  string // of the package
}

// readClaim reads the text of a provenance: a Chart.yaml, a line of three dots,
// and a list of files (S48).
func readClaim(text []byte) (*claim, error) {
	parts := bytes.Split(text, []byte("\n...\n"))
	if len(parts) != 2 {
		return nil, errors.New("the signed text is not a Chart.yaml, a line of three dots and a list of files")
	}
	var metadata struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	if err := yaml.Unmarshal(parts[0], &metadata); err != nil {
		return nil, fmt.Errorf("reading the signed Chart.yaml: %w", err)
	}
	var sums struct {
		Files map[string]string `json:"files"`
	}
	if err := yaml.UnmarshalStrict(parts[1], &sums); err != nil {
		return nil, fmt.Errorf("reading the signed list of files: %w", err)
	}
	if len(sums.Files) != 1 {
		return nil, fmt.Errorf("the signed list names %d files: it must name the package alone", len(sums.Files))
	}
	out := &claim{name: metadata.Name, version: metadata.Version}
	for out.file, out.digest = range sums.Files {
		if !digestPattern.MatchString(out.digest) {
			return nil, fmt.Errorf("the digest signed for %q is not sha256: and 64 hex digits", out.file)
		}
	}
	if out.name == "" || out.version == "" {
		return nil, errors.New("the signed Chart.yaml lacks a name or a version")
	}
	return out, nil
}
