package bucket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"time"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/index"
)

const emptyIndex = "apiVersion: v1\nentries: {}\n"

// Bounds of telling the index of a package, while others do the same.
const (
	maxTries = 60
	minPause = 20 * time.Millisecond
	maxPause = 2 * time.Second
)

// isFree says whether the version may be released as far as the index knows. The
// error is isMissing where there is no index.
func (s *store) isFree(ctx context.Context, p *repo.Package, replace bool) error {
	text, _, err := s.read(ctx, indexName, repo.MaxIndex)
	if err == nil {
		_, err = s.isTold(ctx, text, p, replace)
	}
	return err
}

// isTold says whether an index tells of just this package. Where it tells of
// another one of the version, that is an error unless it is to be replaced.
func (s *store) isTold(ctx context.Context, text []byte, p *repo.Package, replace bool) (bool, error) {
	var told *repo.Release
	_, err := index.Read(bytes.NewReader(text), func(r repo.Release) error {
		if r.Name == p.Metadata.Name && r.Version == p.Metadata.Version {
			told = &r
		}
		return nil
	})
	switch {
	case err != nil:
		return false, fmt.Errorf("reading the index of %q: %w", s.name, err)
	case told == nil:
		return false, nil
	case replace:
		return told.Digest == chart.Digest(p.Data), nil
	}
	same, err := p.IsThe(ctx, *told, s)
	if err == nil && !same {
		err = s.exists(p.FileName())
	}
	return same, err
}

// tell adds the package to the index. It writes what it has read, with a
// condition that nobody has written since, and looks again until the package is
// there: a store that knows no conditions may lose what two write at once.
func (s *store) tell(ctx context.Context, p *repo.Package, replace bool) error {
	pause := minPause
	for range maxTries {
		text, mark, err := s.read(ctx, indexName, repo.MaxIndex)
		if err != nil {
			return err
		}
		told, err := s.isTold(ctx, text, p, replace)
		if told || err != nil {
			return err
		}
		text, err = index.Merge(text, p, (&url.URL{Path: p.FileName()}).EscapedPath(), chart.Digest(p.Data))
		if err != nil {
			return fmt.Errorf("extending the index of %q: %w", s.name, err)
		}
		err = s.write(ctx, indexName, object{data: text, media: mediaIndex, fresh: true}, condition{mark: mark})
		if err == nil {
			continue
		}
		if !errors.Is(err, errRaced) && !errors.Is(err, errBusy) {
			return err
		}
		select {
		case <-time.After(rand.N(pause)): //nolint:gosec // nobody gains by guessing it
		case <-ctx.Done():
			return fetch.Explain(s.doing("extending", indexName), ctx.Err())
		}
		pause = min(2*pause, maxPause)
	}
	return repo.Fail(repo.ErrUnavailable, "%s: others write it all the time", s.doing("extending", indexName)).
		Mend("release again: the package itself is there")
}
