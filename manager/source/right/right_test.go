package right

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/kube"
)

// reviewer grants what it lists, and counts what it is asked.
type reviewer struct {
	granted []string // verbs and names, such as "use a"; "use " is for all
	asked   []string
	err     error
}

func (r *reviewer) Denied(_ context.Context, id kube.Identity, permissions []kube.Permission) ([]kube.Permission, error) {
	for _, p := range permissions {
		r.asked = append(r.asked, id.User+" "+p.String())
	}
	return slices.DeleteFunc(slices.Clone(permissions), func(p kube.Permission) bool {
		return slices.Contains(r.granted, p.Verb+" "+p.Name)
	}), r.err
}

func ada() kube.Identity { return kube.Identity{User: "ada"} }

func TestAllAreAskedForFirst(t *testing.T) {
	t.Parallel()
	asks := &reviewer{granted: []string{"use "}}
	got, err := New(asks).Over(t.Context(), ada(), "use", "repositories", "a", "b")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]bool{"a": true, "b": true}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"ada use repositories.dm.helm.sh"}, asks.asked); diff != "" {
		t.Error(diff)
	}
}

func TestNamesAreAskedForThen(t *testing.T) {
	t.Parallel()
	asks := &reviewer{granted: []string{"use b"}}
	rights := New(asks)
	got, err := rights.Over(t.Context(), ada(), "use", "repositories", "a", "b")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]bool{"a": false, "b": true}, got); diff != "" {
		t.Error(diff)
	}
	if got, err = rights.Over(t.Context(), ada(), "use", "repositories"); err != nil || len(got) != 0 {
		t.Errorf("of no names: %v, %v", got, err)
	}
	if may, err := rights.May(t.Context(), ada(), "use", "repositories", "c"); err != nil || may {
		t.Errorf("another name: %t, %v", may, err)
	}
}

func TestAnswersAreBelievedForAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asks := &reviewer{granted: []string{"use "}}
		rights := New(asks)
		may := func(id kube.Identity, verb string) bool {
			t.Helper()
			held, err := rights.May(t.Context(), id, verb, "repositories", "a")
			if err != nil {
				t.Fatal(err)
			}
			return held
		}
		may(ada(), "use")
		asks.granted = nil
		if !may(ada(), "use") || len(asks.asked) != 1 {
			t.Errorf("asked again at once: %v", asks.asked)
		}
		for _, id := range []kube.Identity{{User: "eve"}, {User: "ada", UID: "2"}, {User: "ada", Groups: []string{"devs"}}, {User: "ada", Extra: map[string][]string{"a": {"b"}}}} {
			if may(id, "use") {
				t.Errorf("%v has the rights of another", id)
			}
		}
		if may(ada(), "release") {
			t.Error("one verb stands for another")
		}
		time.Sleep(believed)
		if may(ada(), "use") {
			t.Error("a right that was withdrawn is believed in for good")
		}
	})
}

func TestFailedReviewsAreNoAnswers(t *testing.T) {
	t.Parallel()
	asks := &reviewer{granted: []string{"use "}, err: errors.New("no answer")}
	rights := New(asks)
	if held, err := rights.May(t.Context(), ada(), "use", "repositories", "a"); held || !errors.Is(err, asks.err) {
		t.Errorf("%t, %v", held, err)
	}
	asks.err = nil
	if held, err := rights.May(t.Context(), ada(), "use", "repositories", "a"); !held || err != nil {
		t.Errorf("the failure is remembered: %t, %v", held, err)
	}
	if _, err := rights.May(t.Context(), kube.Identity{}, "use", "repositories", "a"); !errors.Is(err, kube.ErrNoIdentity) {
		t.Errorf("nobody: %v", err)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	rights := New(&reviewer{})
	names := make([]string, 1000)
	for i := range names {
		names[i] = fmt.Sprint(i)
	}
	for user := range 2 * maxRights / len(names) {
		if _, err := rights.Over(t.Context(), kube.Identity{User: fmt.Sprint(user)}, "use", "repositories", names...); err != nil {
			t.Fatal(err)
		}
		if len(rights.known) > maxRights {
			t.Fatalf("%d answers are kept", len(rights.known))
		}
	}
}
