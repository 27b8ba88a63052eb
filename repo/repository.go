package repo

import (
	"context"
	"time"

	"github.com/helm-dm/helm-dm/chart"
)

// Repository is one place that charts are kept in. Its methods may be called by
// any number of goroutines. Their errors match one of the kinds of this package,
// or that of the context.
type Repository interface {
	Lister
	Finder
	Fetcher
	Keeper
}

// Lister tells everything there is.
type Lister interface {
	// List hands every release there is to each, in no order, and stops with the
	// error of each where there is one. Mark is that of an earlier Listing, or
	// empty: where nothing has changed since, the error matches ErrUnchanged and
	// each is not called. A registry that does not tell what it holds is an error
	// that matches ErrUnlisted.
	List(ctx context.Context, mark string, each func(Release) error) (*Listing, error)
}

// Finder looks for one chart.
type Finder interface {
	// Find returns the releases of one chart, in no order: ErrNotFound when there
	// is none.
	Find(ctx context.Context, name string) ([]Release, error)
}

// Fetcher fetches packages.
type Fetcher interface {
	// Fetch returns the bytes of a release that List or Find told of. They have
	// its digest, where it has one.
	Fetch(ctx context.Context, r Release) ([]byte, error)
}

// Keeper takes new packages in.
type Keeper interface {
	// Keep stores a package, tells everybody of it and returns the address at
	// which it is. A version that is there already with other bytes is an error
	// that matches ErrExists, unless it is to be replaced; with the same bytes it
	// is no error.
	Keep(ctx context.Context, p *Package, replace bool) (string, error)
}

// Kind is how a repository is read.
type Kind string

// The kinds.
const (
	KindIndex  Kind = "index"  // by its index.yaml
	KindBucket Kind = "bucket" // by the listing of a bucket
	KindOCI    Kind = "oci"    // by the API of registries
)

// Listing is what List has learned besides the releases.
type Listing struct {
	Kind Kind
	// Mark recognises this state of the repository; empty when it cannot be
	// recognised. It is never shown.
	Mark string
	// Broken counts the entries that were set aside, Faults says of the first
	// few of them what is wrong.
	Broken int
	Faults []error
}

// Release is one version of a chart, as its repository describes it. Texts are
// valid UTF-8 without control characters, and bounded.
type Release struct {
	Name        string
	Version     string
	AppVersion  string
	Description string
	Keywords    []string
	Maintainers []string // names
	Deprecated  bool
	Created     time.Time // zero when unknown
	// Digest is sha256:HEX over the package; empty when the repository does not
	// tell.
	Digest string
	// At is where the repository keeps the package, for its own use: an address,
	// a key, or the digest of a manifest.
	At string
}

// Package is a packed chart that is to be kept in a repository.
type Package struct {
	Metadata *chart.Metadata
	Data     []byte
	// Provenance is the content of its .prov file (S48), nil when there is none.
	Provenance []byte
	Created    time.Time
}

// FileName is NAME-VERSION.tgz.
func (p *Package) FileName() string { return p.Metadata.Name + "-" + p.Metadata.Version + ".tgz" }

// Bounds of what a repository may send, in bytes.
const (
	MaxPackage = 16 << 20  // a package
	MaxIndex   = 256 << 20 // an index or a listing, unpacked
	MaxForeign = 32 << 20  // the same, of a repository that no administrator added
)
