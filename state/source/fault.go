package source

import (
	"errors"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// ErrNoCredential is matched when the credential that a repository names is not
// there, or no longer is.
var ErrNoCredential = errors.New("no such credential")

// ErrBusy is matched when others changed the same things again and again: what
// was asked for may be asked for anew.
var ErrBusy = errors.New("somebody else is changing it: try again")

// ErrMoved is matched when what was to be removed is not what was meant: it has
// another UID or resource version.
var ErrMoved = errors.New("it is not the one that was meant: it has changed or was added anew")

// BoundError refuses to use a credential at another origin than its own.
type BoundError struct {
	Credential string
	Origin     string // that it belongs to; empty for none yet
	Asked      string
}

func (e *BoundError) Error() string {
	if e.Origin == "" {
		return fmt.Sprintf("credential %q is bound to no origin yet, and is not sent to %s before it is", e.Credential, e.Asked)
	}
	return fmt.Sprintf("credential %q belongs to %s and is not sent to %s", e.Credential, e.Origin, e.Asked)
}

// UsedError refuses to remove a credential that repositories use.
type UsedError struct {
	Credential string
	By         []string // names of repositories, in order, never empty
}

func (e *UsedError) Error() string {
	return fmt.Sprintf("credential %q is used by %s", e.Credential, strings.Join(e.By, ", "))
}

// attempts bounds how often a change is tried anew when others come between.
const attempts = 10

// errRaced says that others came between, as a Conflict does.
var errRaced = errors.New("others came between")

// again tries a change anew as long as others come between.
func again(what, name string, change func() error) error {
	for range attempts {
		if err := change(); !apierrors.IsConflict(err) && !errors.Is(err, errRaced) {
			return err
		}
	}
	return fmt.Errorf("%s %q: %w", what, name, ErrBusy)
}
