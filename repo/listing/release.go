package listing

import (
	"slices"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"

	"github.com/helm-dm/helm-dm/repo"
)

// Object is what a bucket tells of one of its objects.
type Object struct {
	// Key is relative to the location. One that is not below it begins with a
	// slash.
	Key      string
	Size     int64  // in bytes
	Mark     string // changes with the content: an ETag or the like
	Modified time.Time
}

const extension = ".tgz"

// isPackage says whether a key means a package directly below the location, or
// pretends to.
func (o Object) isPackage() bool {
	if !strings.HasSuffix(o.Key, extension) {
		return false
	}
	segments := strings.Split(o.Key, "/")
	return len(segments) == 1 || slices.ContainsFunc(segments, func(s string) bool { return s == "" || s == "." || s == ".." })
}

// release reads the name and the version of a package from its key. Its error
// matches repo.ErrInvalid or repo.ErrTooLarge. Nothing else of what the key was
// read from stays in memory.
func (o Object) release() (repo.Release, error) {
	if o.Size > repo.MaxPackage {
		return repo.Release{}, repo.Fail(repo.ErrTooLarge, "package %.200q has %d bytes, and %d are the most", o.Key, o.Size, repo.MaxPackage)
	}
	name, version, ok := Split(strings.TrimSuffix(o.Key, extension))
	if !ok {
		return repo.Release{}, repo.Fail(repo.ErrInvalid, "key %.200q is not NAME-VERSION.tgz with the name of a chart and a semantic version", o.Key)
	}
	at := strings.Clone(o.Key)
	return repo.Release{Name: at[:len(name)], Version: at[len(name)+1:][:len(version)], Created: o.Modified, At: at}, nil
}

// Split cuts NAME-VERSION where the first semantic version begins: in
// a-b-1.2.3-rc.1 that is 1.2.3-rc.1.
func Split(stem string) (name, version string, ok bool) {
	for i, c := range stem {
		if c != '-' {
			continue
		}
		name, version = stem[:i], stem[i+1:]
		if len(version) > repo.MaxName {
			continue
		}
		if _, err := semver.StrictNewVersion(version); err == nil {
			return name, version, repo.IsName(name)
		}
	}
	return "", "", false
}
