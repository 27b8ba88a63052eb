package state_test

import (
	"testing"

	"github.com/helm-dm/helm-dm/state"
	"github.com/helm-dm/helm-dm/state/statetest"
)

func TestMemorySecrets(t *testing.T) {
	t.Parallel()
	statetest.Secrets(t, &state.Memory{}, func(t *testing.T) string { return t.Name() })
}

func TestMemoryHolders(t *testing.T) {
	t.Parallel()
	statetest.Holders(t, &state.MemoryHolders{}, "memory")
}
