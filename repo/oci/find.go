package oci

import (
	"context"
	"fmt"

	"oras.land/oras-go/v2/registry"

	"github.com/helm-dm/helm-dm/repo"
)

// maxTags bounds those of one chart.
const maxTags = 50_000

// Find is that of repo.Finder.
func (r *repository) Find(ctx context.Context, name string) ([]repo.Release, error) {
	doing := fmt.Sprintf("looking for chart %.100q in repository %q", name, r.location)
	s := r.session()
	opened, err := s.open(ctx, name)
	if err != nil {
		return nil, explain(doing, err)
	}
	tags, err := versions(ctx, opened)
	if err != nil {
		return nil, explain(doing, err)
	}
	if len(tags) == 0 {
		return nil, repo.Fail(repo.ErrNotFound, "%s: no tag of it is a version", doing)
	}
	if len(tags) > repo.MaxVersions {
		return nil, repo.Fail(repo.ErrTooLarge, "%s: it has more than %d versions", doing, repo.MaxVersions)
	}
	return releases(name, tags), nil
}

// versions returns the tags that are versions.
func versions(ctx context.Context, from registry.Repository) ([]string, error) {
	var out []string
	seen := 0
	err := from.Tags(ctx, "", func(page []string) error {
		if seen += len(page); seen > maxTags {
			return repo.Fail(repo.ErrTooLarge, "it has more than %d tags", maxTags)
		}
		for _, tag := range page {
			if _, ok := versionOf(tag); ok {
				out = append(out, tag)
			}
		}
		return nil
	})
	return out, err
}

// releases are what is known of a chart by its tags alone.
func releases(name string, tags []string) []repo.Release {
	out := make([]repo.Release, 0, len(tags))
	for _, tag := range tags {
		version, _ := versionOf(tag)
		out = append(out, repo.Release{Name: name, Version: version, At: tag})
	}
	return out
}
