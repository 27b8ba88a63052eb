package e2e

import (
	"fmt"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/internal/clustertest"
)

// TestNameIsUnique has many ask for one name at once: one gets it.
func TestNameIsUnique(t *testing.T) {
	t.Parallel()
	cluster := clustertest.Start(t)
	namespace := cluster.Namespace(t)
	editor := cluster.Editor(t, namespace)
	chart := upload(t, connect(t, editor.Config), noteChart)
	const many = 8
	outcomes := make(chan error, many)
	var group errgroup.Group
	for range many {
		c := connect(t, editor.Config)
		group.Go(func() error {
			_, err := c.Deployments(namespace).Create(deadline(t), wanted(namespace, "wanted", chart))
			outcomes <- err
			return nil
		})
	}
	_ = group.Wait() // the outcomes tell
	close(outcomes)
	won := 0
	for err := range outcomes {
		switch {
		case err == nil:
			won++
		case client.KindOf(err) != client.KindConflict:
			t.Errorf("error %v, want a conflict", err)
		}
	}
	if won != 1 {
		t.Errorf("%d of %d got the name", won, many)
	}
}

// TestManyAtOnce has many deploy different things at once.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	cluster := clustertest.Start(t)
	namespace := cluster.Namespace(t)
	c := connect(t, cluster.Editor(t, namespace).Config)
	chart := upload(t, c, noteChart)
	ctx := deadline(t)
	var group errgroup.Group
	for i := range 20 {
		group.Go(func() error {
			name := fmt.Sprintf("note-%d", i)
			accepted, err := c.Deployments(namespace).Create(ctx, wanted(namespace, name, chart))
			if err != nil {
				return err
			}
			done, err := c.Deployments(namespace).Follow(ctx, name, accepted.Status.Operation.ID, accepted.ResourceVersion, ignore)
			if err != nil {
				return err
			}
			return client.Outcome(done)
		})
	}
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}
