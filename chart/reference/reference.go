package reference

import (
	"path"
	"strings"
)

// Kind is how a reference leads to its chart.
type Kind string

// The kinds of references.
const (
	KindShort  Kind = "short"  // helm:HOST/BUCKET/NAME
	KindLong   Kind = "long"   // https://…/NAME-VERSION.tgz
	KindOCI    Kind = "oci"    // oci://HOST/REPO/NAME
	KindLocal  Kind = "local"  // ./PATH
	KindUpload Kind = "upload" // localchart/NAME#VERSION
	KindMade   Kind = "made"   // NAME#VERSION
)

// Reference says which chart is meant. References that mean the same are equal.
type Reference struct {
	Kind     Kind
	Location string // as it is printed, without version and digest
	Version  string // an exact version or a range; empty for the newest stable, for long and for local ones
	Digest   string // sha256:HEX; empty when any will do
}

const (
	shortPrefix = "helm:"
	ociPrefix   = "oci://"
	// uploadPrefix stands where a repository's host would in the references of
	// charts that were uploaded.
	uploadPrefix = "localchart/"
)

// Upload refers to an uploaded chart. Its digest may be empty.
func Upload(name, version, digest string) Reference {
	return Reference{Kind: KindUpload, Location: uploadPrefix + name, Version: version, Digest: digest}
}

// IsUpload says whether the reference means a chart that was uploaded.
func (r Reference) IsUpload() bool { return r.Kind == KindUpload }

// Name is the chart's name, empty for long and local references, whose
// packages know it.
func (r Reference) Name() string {
	if r.Kind == KindLong || r.Kind == KindLocal {
		return ""
	}
	return path.Base(r.Location)
}

// Repository is HOST/BUCKET of a short reference and oci://HOST/REPO of one in a
// registry, empty for all others.
func (r Reference) Repository() string {
	switch r.Kind {
	case KindShort:
		return path.Dir(strings.TrimPrefix(r.Location, shortPrefix))
	case KindOCI:
		return r.Location[:strings.LastIndex(r.Location, "/")]
	default:
		return ""
	}
}

// Path is the file or folder that a local reference means, empty for others.
func (r Reference) Path() string {
	if r.Kind != KindLocal {
		return ""
	}
	rest, ok := strings.CutPrefix(r.Location, "file:")
	if ok {
		rest = strings.TrimPrefix(rest, "//")
	}
	return rest
}

// Tagged is the reference without its digest, as people are shown it.
func (r Reference) Tagged() string {
	switch {
	case r.Version == "":
		return r.Location
	case r.Kind == KindOCI && IsExact(r.Version):
		return r.Location + ":" + Tag(r.Version)
	default:
		return r.Location + "#" + r.Version
	}
}

// String is the whole reference, which Parse reads as the same.
func (r Reference) String() string {
	if r.Digest == "" {
		return r.Tagged()
	}
	return r.Tagged() + "@" + r.Digest
}
