package layer

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/helm-dm/helm-dm/repo"
)

const (
	tries = 3
	pause = 500 * time.Millisecond // before the second try, about; before each further one four times as long
)

// Retry repeats what failed for a reason that may pass by itself: an error that
// matches repo.ErrUnavailable, and for which nobody is told to do something. It
// waits a little before, but not beyond the end of the context.
func Retry(r repo.Repository) repo.Repository { return &retried{r} }

type retried struct{ next repo.Repository }

// List is repeated only while no release was handed over: each would see it twice.
func (r *retried) List(ctx context.Context, mark string, each func(repo.Release) error) (*repo.Listing, error) {
	handed := false
	var listing *repo.Listing
	err := persist(ctx, func() (bool, error) {
		var err error
		listing, err = r.next.List(ctx, mark, func(release repo.Release) error {
			handed = true
			return each(release)
		})
		return !handed, err
	})
	return listing, err
}

func (r *retried) Find(ctx context.Context, name string) ([]repo.Release, error) {
	var releases []repo.Release
	err := persist(ctx, func() (bool, error) {
		var err error
		releases, err = r.next.Find(ctx, name)
		return true, err
	})
	return releases, err
}

func (r *retried) Fetch(ctx context.Context, release repo.Release) ([]byte, error) {
	var data []byte
	err := persist(ctx, func() (bool, error) {
		var err error
		data, err = r.next.Fetch(ctx, release)
		return true, err
	})
	return data, err
}

// Keep is not repeated when it replaces: a first try that did succeed may have
// been replaced by somebody else since. Otherwise the second try finds the bytes
// of the first, or those of somebody else, and leaves both as they are.
func (r *retried) Keep(ctx context.Context, p *repo.Package, replace bool) (string, error) {
	var at string
	err := persist(ctx, func() (bool, error) {
		var err error
		at, err = r.next.Keep(ctx, p, replace)
		return !replace, err
	})
	return at, err
}

// persist calls do until it succeeds, says that it is not to be called again, or
// fails for good; it returns the last error.
func persist(ctx context.Context, do func() (again bool, err error)) error {
	for n, wait := 1, pause; ; n, wait = n+1, wait*4 {
		again, err := do()
		if !again || n == tries || !passing(err) || !sleep(ctx, wait) {
			return err
		}
	}
}

// passing tells whether an error may be gone the next time.
func passing(err error) bool {
	var e *repo.Error
	return errors.Is(err, repo.ErrUnavailable) && (!errors.As(err, &e) || e.Try == "")
}

// sleep waits for between half and all of d, so that many who failed together do
// not come back together. False when the context ends first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d/2 + rand.N(d/2)) //nolint:gosec // nobody gains from guessing it
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
