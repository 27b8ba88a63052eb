package state_test

import (
	"testing"

	"github.com/helm-dm/helm-dm/internal/clustertest"
	"github.com/helm-dm/helm-dm/state"
	"github.com/helm-dm/helm-dm/state/statetest"
)

func TestMemoryHolders(t *testing.T) {
	t.Parallel()
	statetest.Holders(t, &state.MemoryHolders{}, "memory")
}

func TestClusterHolders(t *testing.T) {
	t.Parallel()
	c := clustertest.Start(t)
	statetest.Holders(t, state.NewClusterHolders(c.Client(), c.Namespace(t)), "cluster")
}
