package oci

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"golang.org/x/sync/errgroup"
	"oras.land/oras-go/v2/registry"

	"github.com/helm-dm/helm-dm/repo"
)

// Bounds of a listing.
const (
	maxCharts = 2000 // that are asked about
	maxFaults = 10   // that are told
	askers    = 4    // requests at a time
)

// List is that of repo.Lister. Of each chart the newest release alone is
// described, and what has been said of it is not asked for again before a version
// is added or removed.
func (r *repository) List(ctx context.Context, mark string, each func(repo.Release) error) (*repo.Listing, error) {
	doing := fmt.Sprintf("listing repository %q", r.location)
	s := r.session()
	names, err := s.names(ctx)
	if err != nil {
		return nil, explain(doing, err)
	}
	l := &repo.Listing{Kind: repo.KindOCI}
	if len(names) > maxCharts {
		l.Broken = len(names) - maxCharts
		l.Faults = []error{fmt.Errorf("%d charts are left out: at most %d of a registry are listed, the others can be used by their names", l.Broken, maxCharts)}
		names = names[:maxCharts]
	}
	shelves := make([]shelf, len(names))
	for i, name := range names {
		shelves[i].name = name
	}
	if err := s.ask(ctx, shelves, s.count); err != nil {
		return nil, explain(doing, err)
	}
	if l.Mark, err = recognise(shelves); err != nil {
		return nil, explain(doing, err)
	}
	if l.Mark == mark {
		return nil, repo.ErrUnchanged
	}
	if err := s.ask(ctx, shelves, s.describe); err != nil {
		return nil, explain(doing, err)
	}
	if err := hand(shelves, l, each); err != nil {
		return nil, err
	}
	return l, nil
}

// shelf is one chart of a listing.
type shelf struct {
	name     string
	tags     []string // that are versions
	newest   repo.Release
	isChart  bool
	problem  error // why it is set aside
	registry registry.Repository
}

// ask does work for each chart. Only what concerns them all is an error; what
// concerns one, an internal error of the registry included, has it set aside.
func (s *session) ask(ctx context.Context, shelves []shelf, work func(context.Context, *shelf) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(askers)
	for i := range shelves {
		of := &shelves[i]
		if of.problem != nil {
			continue
		}
		g.Go(func() error {
			err := work(ctx, of)
			told := explain(fmt.Sprintf("chart %q", of.name), err)
			if err == nil || ctx.Err() != nil || errors.Is(told, repo.ErrUnavailable) && status(err) != http.StatusInternalServerError {
				return told
			}
			of.problem = told
			return nil
		})
	}
	return g.Wait()
}

// count gets the versions of a chart. One that was deleted may still be listed.
func (s *session) count(ctx context.Context, of *shelf) (err error) {
	if of.registry, err = s.open(ctx, of.name); err != nil {
		return err
	}
	of.tags, err = versions(ctx, of.registry)
	if gone := explain("", err); errors.Is(gone, repo.ErrNotFound) {
		return nil
	}
	slices.Sort(of.tags)
	return err
}

// recognise makes the mark of a listing.
func recognise(shelves []shelf) (string, error) {
	hash, count := sha256.New(), 0
	for _, of := range shelves {
		if count += len(of.tags); count > repo.MaxReleases {
			return "", repo.Fail(repo.ErrTooLarge, "it has more than %d releases", repo.MaxReleases)
		}
		_, _ = fmt.Fprintf(hash, "%s %s %t\n", of.name, strings.Join(of.tags, " "), of.problem != nil) // a hash takes everything
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// describe asks what the newest version of a chart is, the newest stable one where
// there is one.
func (s *session) describe(ctx context.Context, of *shelf) error {
	known := releases(of.name, of.tags)
	newest, err := repo.Choose(known, "")
	if err != nil {
		newest, err = repo.Choose(known, ">=0.0.0-0")
	}
	if err != nil {
		return nil //nolint:nilerr // it has no version
	}
	m, err := readManifest(ctx, of.registry, newest.At)
	if errors.Is(err, errForeign) {
		return nil
	}
	if err != nil {
		return err
	}
	data, err := readBlob(ctx, of.registry, m.Config, maxConfig)
	if err != nil {
		return err
	}
	of.newest, err = described(newest, data, m.Annotations[ocispec.AnnotationCreated])
	of.isChart = err == nil
	return err
}

// hand hands out all releases of what are charts, and counts what is set aside.
func hand(shelves []shelf, l *repo.Listing, each func(repo.Release) error) error {
	for _, of := range shelves {
		if of.problem != nil {
			l.Broken++
			if errors.Is(of.problem, repo.ErrUnavailable) {
				l.Mark = "" // it may pass: next time all are asked again
			}
			if len(l.Faults) < maxFaults {
				l.Faults = append(l.Faults, of.problem)
			}
		}
		if of.problem != nil || !of.isChart {
			continue
		}
		for _, release := range releases(of.name, of.tags) {
			if release.At == of.newest.At {
				release = of.newest
			}
			if err := each(release); err != nil {
				return err
			}
		}
	}
	return nil
}
