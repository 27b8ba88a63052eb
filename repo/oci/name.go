package oci

import (
	"context"
	"regexp"
	"strings"

	"github.com/Masterminds/semver/v3"
	"oras.land/oras-go/v2/registry"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/repo"
)

var (
	// namePattern is a part of a name in the distribution specification of OCI.
	namePattern = regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$`)
	tagPattern  = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]*$`)
)

// Bounds of the name of a repository in a registry, and of a tag, in bytes.
const (
	maxPath = 255
	maxTag  = 128
)

// isPath says whether a registry can have a repository of that name.
func isPath(path string) bool {
	for part := range strings.SplitSeq(path, "/") {
		if !namePattern.MatchString(part) {
			return false
		}
	}
	return len(path) <= maxPath
}

func isDigest(at string) bool { return chart.IsDigest(at) }

func isTag(at string) bool { return len(at) <= maxTag && tagPattern.MatchString(at) }

// versionOf is the version that is kept under a tag; not ok for a tag that is
// none. Only versions in full count, as latest, 1 and 1.2 mean others in turn.
func versionOf(tag string) (version string, ok bool) {
	if !isTag(tag) {
		return "", false
	}
	version = reference.FromTag(tag)
	_, err := semver.StrictNewVersion(strings.TrimPrefix(version, "v"))
	return version, err == nil
}

// open returns the repository of a chart, whose name may be anything.
func (s *session) open(ctx context.Context, name string) (registry.Repository, error) {
	path := name
	if s.location.Path() != "" {
		path = s.location.Path() + "/" + name
	}
	if !namePattern.MatchString(name) || !isPath(path) {
		return nil, repo.Fail(repo.ErrInvalid, "a registry has no chart called %.100q", name).
			Mend("names in registries are in lower case, with letters and digits between what else they have")
	}
	return s.remote.Repository(ctx, path)
}
