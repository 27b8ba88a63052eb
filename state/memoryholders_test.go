package state_test

import (
	"testing"

	"github.com/helm-dm/helm-dm/state"
	"github.com/helm-dm/helm-dm/state/statetest"
)

func TestMemoryHolders(t *testing.T) {
	t.Parallel()
	statetest.Holders(t, &state.MemoryHolders{}, "memory")
}
