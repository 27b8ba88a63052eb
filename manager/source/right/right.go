// Package right asks what callers may do, and remembers the answers for a few
// seconds: a search asks about every repository there is.
package right

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
)

const (
	// believed is for how long the answer about a right is not asked for again.
	believed = 5 * time.Second
	// maxRights bounds the answers that are kept.
	maxRights = 20_000
)

// Reviewer answers what callers may do.
type Reviewer interface {
	// Denied returns those of the permissions that id does not hold.
	Denied(ctx context.Context, id kube.Identity, permissions []kube.Permission) ([]kube.Permission, error)
}

// Rights remember what callers may do.
type Rights struct {
	reviewer Reviewer
	mu       sync.Mutex
	known    map[question]answer
}

// New makes Rights that ask reviewer.
func New(reviewer Reviewer) *Rights {
	return &Rights{reviewer: reviewer, known: map[question]answer{}}
}

type question struct {
	who  [sha256.Size]byte
	what kube.Permission
}

type answer struct {
	held  bool
	until time.Time
}

// Over returns those of the named objects on which id holds a verb. All names at
// once are asked for first.
func (r *Rights) Over(ctx context.Context, id kube.Identity, verb, resource string, names ...string) (map[string]bool, error) {
	if id.User == "" {
		return nil, failure.New(v1alpha1.ReasonForbidden, "asking what may be used: %w", kube.ErrNoIdentity)
	}
	allowed := make(map[string]bool, len(names))
	if len(names) == 0 {
		return allowed, nil
	}
	every := kube.Permission{Verb: verb, Group: v1alpha1.GroupName, Resource: resource}
	held, err := r.ask(ctx, id, []kube.Permission{every})
	if err != nil {
		return nil, err
	}
	named := make([]kube.Permission, len(names))
	for i, name := range names {
		allowed[name] = held[every]
		named[i] = every
		named[i].Name = name
	}
	if held[every] {
		return allowed, nil
	}
	if held, err = r.ask(ctx, id, named); err != nil {
		return nil, err
	}
	for _, p := range named {
		allowed[p.Name] = held[p]
	}
	return allowed, nil
}

// May says whether id holds a verb on one object.
func (r *Rights) May(ctx context.Context, id kube.Identity, verb, resource, name string) (bool, error) {
	allowed, err := r.Over(ctx, id, verb, resource, name)
	return allowed[name], err
}

// ask answers from memory what it can, and asks for the rest together.
func (r *Rights) ask(ctx context.Context, id kube.Identity, permissions []kube.Permission) (map[kube.Permission]bool, error) {
	encoded, err := json.Marshal(id)
	if err != nil {
		return nil, fmt.Errorf("telling callers apart: %w", err)
	}
	who := sha256.Sum256(encoded)
	held, open := r.recall(who, permissions)
	if len(open) == 0 {
		return held, nil
	}
	denied, err := r.reviewer.Denied(ctx, id, open)
	if err != nil {
		return nil, err
	}
	for _, p := range open {
		held[p] = !slices.Contains(denied, p)
	}
	r.remember(who, held, open)
	return held, nil
}

// recall returns what is known of the permissions, and those to ask for.
func (r *Rights) recall(who [sha256.Size]byte, permissions []kube.Permission) (held map[kube.Permission]bool, open []kube.Permission) {
	r.mu.Lock()
	defer r.mu.Unlock()
	held = make(map[kube.Permission]bool, len(permissions))
	for _, p := range permissions {
		if known := r.known[question{who, p}]; time.Now().Before(known.until) {
			held[p] = known.held
		} else {
			open = append(open, p)
		}
	}
	return held, open
}

func (r *Rights) remember(who [sha256.Size]byte, held map[kube.Permission]bool, asked []kube.Permission) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.known)+len(asked) > maxRights {
		r.known = map[question]answer{}
	}
	until := time.Now().Add(believed)
	for _, p := range asked {
		r.known[question{who, p}] = answer{held: held[p], until: until}
	}
}
