package reach

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/repo"
)

// Place is where a reference leads for a caller.
type Place struct {
	Entry    *Entry // nil where no administrator added it
	Location repo.Location
	Chart    string // its name, empty where the reference is of one package
	File     string // of that package, below Location; else empty
}

// At is where its repository keeps the package. It is written so that nobody
// takes a file for an address, as an index may hold one.
func (p *Place) At() string {
	if p.Location.Scheme() == "https" {
		return p.Location.String() + "/" + p.File
	}
	return p.File
}

// Catalogued says whether the catalogue knows what is there.
func (p *Place) Catalogued() bool {
	return p.Entry != nil && p.Location == p.Entry.Location && p.Location.Scheme() != "oci"
}

// ID tells places apart, and states of them.
func (p *Place) ID() string {
	if p.Entry == nil {
		return p.Location.String()
	}
	return p.Entry.Name + " " + p.Entry.version() + " " + p.Location.String()
}

// Place finds the repository of a reference: the longest one that an
// administrator added and that id may use, else what the reference says itself,
// where the manager takes charts from elsewhere.
func (r *Reach) Place(ctx context.Context, id kube.Identity, ref reference.Reference) (*Place, error) {
	if id.User == "" {
		return nil, failure.New(v1alpha1.ReasonForbidden, "finding chart %q: %w", ref.Tagged(), kube.ErrNoIdentity)
	}
	if err := r.Known(ctx); err != nil {
		return nil, fmt.Errorf("finding chart %q: %w", ref.Tagged(), err)
	}
	for _, p := range r.candidates(ref) {
		usable, err := r.Rights.May(ctx, id, v1alpha1.VerbUse, v1alpha1.Repositories, p.Entry.Name)
		if err != nil {
			return nil, err
		}
		if usable {
			return p, nil
		}
	}
	p, err := elsewhere(ref)
	if err != nil {
		return nil, err
	}
	if r.ListedOnly {
		return nil, failure.New(v1alpha1.ReasonForbidden, "finding chart %q: it is in no repository that you may use, and this manager takes charts from no others", ref.Tagged()).
			Mend("let an administrator add the repository: helm repo add %s", p.Location)
	}
	return p, nil
}

// candidates are the repositories that a reference may lie in, the longest first.
func (r *Reach) candidates(ref reference.Reference) []*Place {
	now := r.Listed()
	switch ref.Kind {
	case reference.KindShort:
		return inside(now.above(ref.Repository()), ref.Repository(), ref.Name(), "")
	case reference.KindOCI:
		key := strings.TrimPrefix(ref.Repository(), "oci://")
		return inside(now.above(key), key, ref.Name(), "oci")
	default:
		return now.holding(ref.Location)
	}
}

// inside are those of the entries that hold a chart whose repository has a key. A
// bucket holds what lies directly in it, a registry also what lies below. The
// scheme, where it is not empty, is that of the entries.
func inside(entries []*Entry, key, chart, scheme string) []*Place {
	var found []*Place
	for _, e := range entries {
		switch own := e.Location.Scheme(); {
		case scheme != "" && own != scheme:
		case e.Location.Key() == key:
			found = append(found, &Place{Entry: e, Location: e.Location, Chart: chart})
		case own == "oci":
			below, err := repo.ParseLocation(e.Location.String() + strings.TrimPrefix(key, e.Location.Key()))
			if err == nil {
				found = append(found, &Place{Entry: e, Location: below, Chart: chart})
			}
		}
	}
	return found
}

// holding are the repositories below whose addresses a package lies, the longest
// first.
func (l *Listed) holding(address string) []*Place {
	var found []*Place
	for _, e := range l.byName {
		if file, ok := e.holds(address); ok {
			found = append(found, &Place{Entry: e, Location: e.Location, File: file})
		}
	}
	slices.SortFunc(found, func(a, b *Place) int { return cmp.Compare(len(a.File), len(b.File)) })
	return found
}

// holds says whether a package lies in the repository, and where in there.
func (e *Entry) holds(address string) (file string, ok bool) {
	if e.Location.Scheme() == "https" {
		file, ok = strings.CutPrefix(address, e.Location.String()+"/")
		return file, ok && isFile(file)
	}
	folder, name := path.Split(address)
	at, err := repo.ParseLocation(folder)
	if err != nil || at.Scheme() != e.Location.Scheme() {
		return "", false
	}
	below, ok := strings.CutPrefix(at.Key()+"/", e.Location.Key()+"/")
	return below + name, ok && isFile(name)
}

// isFile says whether a text is the path of a file below a folder for everybody
// who reads it: not one that is empty in parts, leads up, or could be taken for
// an address, also when it is unescaped twice.
func isFile(text string) bool {
	for i, written := range strings.Split(text, "/") {
		segment, err := url.PathUnescape(written)
		if err != nil || segment == "" || segment == "." || repo.Ascends(segment) ||
			strings.ContainsFunc(segment, misleads) || i == 0 && strings.Contains(segment, ":") {
			return false
		}
	}
	return true
}

// misleads says whether a character has no place in the name of a file.
func misleads(c rune) bool { return strings.ContainsRune(`%/\?#;`, c) || !unicode.IsPrint(c) }

// elsewhere is what a reference means by itself.
func elsewhere(ref reference.Reference) (*Place, error) {
	address, file := ref.Location, ""
	switch ref.Kind {
	case reference.KindShort:
		address = "https://" + ref.Repository()
		if scheme, bucket, _ := strings.Cut(ref.Repository(), "/"); scheme == "s3" || scheme == "gs" || scheme == "azblob" {
			address = scheme + "://" + bucket
		}
	case reference.KindOCI:
		address = ref.Repository()
	case reference.KindLong:
		address, file = folder(address)
	default:
		return nil, failure.New(v1alpha1.ReasonInvalid, "chart %q is in no repository", ref.Tagged()).
			Mend("name a chart that is: helm:HOST/BUCKET/NAME, https://HOST/BUCKET/NAME-VERSION.tgz or oci://HOST/NAMESPACE/NAME")
	}
	if file != "" && !isFile(file) {
		return nil, failure.New(v1alpha1.ReasonInvalid, "chart %q has no path that means one file", ref.Tagged()).
			Mend("name a package by its plain address: https://HOST/BUCKET/NAME-VERSION.tgz")
	}
	location, err := repo.ParseLocation(address)
	return &Place{Location: location, Chart: ref.Name(), File: file}, err
}

// folder takes the address of a package apart. Any path of a web server will do,
// not only one that a repository could have.
func folder(address string) (repository, file string) {
	scheme, rest, _ := strings.Cut(address, "://")
	if scheme == "https" || scheme == "http" {
		host, file, _ := strings.Cut(rest, "/")
		return scheme + "://" + host, file
	}
	return path.Split(address)
}

// Destinations are the places that packages for an address may be put into, the
// closest first.
func (r *Reach) Destinations(ctx context.Context, address repo.Location) ([]*Place, error) {
	if err := r.Known(ctx); err != nil {
		return nil, fmt.Errorf("finding repository %q: %w", address, err)
	}
	found := inside(r.Listed().above(address.Key()), address.Key(), "", address.Scheme())
	return slices.DeleteFunc(found, func(p *Place) bool { return p.Location.Plain() != address.Plain() }), nil
}
