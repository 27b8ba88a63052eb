package httprepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/index"
)

const (
	maxKept  = 64 << 20 // of an index that is changed, in bytes
	attempts = 20       // at changing the index while others do
	pause    = time.Second / 10
	maxPause = 3 * time.Second
)

// entry is what the index is to say.
type entry struct {
	*repo.Package
	digest  string
	replace bool
}

// state is what the folder tells of its packages.
type state struct {
	text   []byte // of the index; nil when there is none
	tag    string // its ETag
	bucket bool   // there is no index because the listing does it
}

// current reads the index, past all caches. A tag is that of the file only where
// nothing is compressed on the way.
func (r *repository) current(ctx context.Context) (state, error) {
	c := call{doing: "reading", at: r.file(indexName), header: map[string]string{"Cache-Control": "no-cache", "Accept-Encoding": "identity"}}
	text, header, err := r.get(ctx, c, maxKept)
	if errors.Is(err, repo.ErrNotFound) {
		return r.unindexed(ctx)
	}
	if err != nil {
		return state{}, err
	}
	return state{text: text, tag: header.Get("ETag")}, nil
}

// unindexed tells a bucket that lives by its listing from a folder that is to
// have its first index.
func (r *repository) unindexed(ctx context.Context) (state, error) {
	var listed bool
	_, err := r.browse(ctx, "", "", func(repo.Release) error {
		listed = true
		return nil
	})
	if err != nil && !errors.Is(err, repo.ErrNotFound) {
		return state{}, err
	}
	return state{bucket: listed}, nil
}

// told says whether the index has the entry. ErrExists: it has the version with
// other bytes, and is to keep it.
func (r *repository) told(ctx context.Context, now state, e entry) (bool, error) {
	if now.text == nil {
		return false, nil
	}
	var found []repo.Release
	c := call{doing: "reading", at: r.file(indexName)}
	_, err := read(c.title(), bytes.NewReader(now.text), func(release repo.Release) error {
		if release.Name == e.Metadata.Name && release.Version == e.Metadata.Version {
			found = append(found, release)
		}
		return nil
	})
	if err != nil || len(found) == 0 {
		return false, err
	}
	return r.agrees(ctx, found[0], e)
}

// agrees says whether a release is the entry. Another one is an error, unless it
// is to be replaced.
func (r *repository) agrees(ctx context.Context, release repo.Release, e entry) (bool, error) {
	if e.replace {
		return release.Digest == e.digest, nil
	}
	same, err := e.IsThe(ctx, release, r)
	if err == nil && !same {
		err = r.exists(e.FileName())
	}
	return same, err
}

// tell brings the entry into the index, with what others bring into it at the
// same time, and ends when it is read there.
func (r *repository) tell(ctx context.Context, e entry) error {
	select {
	case r.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-r.turn }()
	wait := pause
	for attempt := range attempts {
		now, err := r.current(ctx)
		if err != nil {
			return err
		}
		done, err := r.told(ctx, now, e)
		if done || now.bucket || err != nil {
			return err
		}
		late, err := r.change(ctx, now, e)
		if err != nil {
			return err
		}
		if late || attempt > 0 {
			if err := rest(ctx, wait); err != nil {
				return err
			}
			wait = min(2*wait, maxPause)
		}
	}
	return repo.Fail(repo.ErrUnavailable, "releasing %q to %q: it is uploaded, but index.yaml does not tell of it after %d attempts, because it is changed all the time or answered from a cache", e.FileName(), r.site.Location, attempts).
		Mend("release it once more: that is safe")
}

// change uploads the index with the entry, unless somebody else has changed it
// meanwhile: then it is late.
func (r *repository) change(ctx context.Context, now state, e entry) (late bool, err error) {
	text, err := index.Merge(now.text, e.Package, e.FileName(), e.digest)
	if err != nil {
		return false, fmt.Errorf("releasing %q to %q: %w", e.FileName(), r.site.Location, err)
	}
	return r.put(ctx, indexName, text, now.conditions())
}

// conditions hold while the index is as it was read. A weak tag compares with
// nothing (RFC 9110, 13.1.1).
func (s state) conditions() map[string]string {
	switch {
	case s.text == nil:
		return map[string]string{"If-None-Match": "*"}
	case s.tag == "" || strings.HasPrefix(s.tag, "W/"):
		return nil
	}
	return map[string]string{"If-Match": s.tag}
}

// rest waits for about as long, so that those who got in each other's way do not
// meet again.
func rest(ctx context.Context, about time.Duration) error {
	select {
	case <-time.After(about/2 + rand.N(about)): //nolint:gosec // it is no secret
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
