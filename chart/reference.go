package chart

import (
	"fmt"
	"strings"
)

// uploadHost stands where a repository's host would in the references of
// charts that were uploaded.
const uploadHost = "localchart/"

// Reference says which chart is meant: a location, and optionally a version (or
// a range of versions) and a digest, written LOCATION#VERSION@sha256:HEX.
type Reference struct {
	Location string // without version and digest
	Version  string // an exact version or a range; empty for the newest stable
	Digest   string // sha256:HEX, empty when any will do
}

// ParseReference reads a reference. The error matches ErrInvalid.
func ParseReference(text string) (Reference, error) {
	var r Reference
	rest := text
	if i := strings.LastIndex(rest, "@sha256:"); i >= 0 {
		rest, r.Digest = rest[:i], rest[i+1:]
		if !IsDigest(r.Digest) {
			return Reference{}, fmt.Errorf("%w: reference %q: a digest is sha256: and 64 hexadecimal digits", ErrInvalid, text)
		}
	}
	r.Location, r.Version, _ = strings.Cut(rest, "#")
	if r.Location == "" || strings.ContainsAny(rest, " \t\r\n") {
		return Reference{}, fmt.Errorf("%w: reference %q: it should look like helm:HOST/BUCKET/NAME#VERSION", ErrInvalid, text)
	}
	return r, nil
}

// UploadReference refers to an uploaded chart.
func UploadReference(name, version, digest string) Reference {
	return Reference{Location: uploadHost + name, Version: version, Digest: digest}
}

// IsUpload says whether the reference means a chart that was uploaded.
func (r Reference) IsUpload() bool { return strings.HasPrefix(r.Location, uploadHost) }

// Tagged is the reference without its digest, as people are shown it.
func (r Reference) Tagged() string {
	if r.Version == "" {
		return r.Location
	}
	return r.Location + "#" + r.Version
}

// String is the whole reference.
func (r Reference) String() string {
	if r.Digest == "" {
		return r.Tagged()
	}
	return r.Tagged() + "@" + r.Digest
}

// IsDigest says whether text is sha256: and 64 lower-case hexadecimal digits.
func IsDigest(text string) bool {
	hex, ok := strings.CutPrefix(text, "sha256:")
	if !ok || len(hex) != 64 {
		return false
	}
	for _, r := range hex {
		if (r < '0' || r > '9') && (r < 'a' || r > 'f') {
			return false
		}
	}
	return true
}
