package secret_test

import (
	"testing"

	"github.com/helm-dm/helm-dm/state/secret"
	"github.com/helm-dm/helm-dm/state/secret/secrettest"
)

func TestMemorySecrets(t *testing.T) {
	t.Parallel()
	secrettest.Run(t, &secret.Memory{}, func(t *testing.T) string { return t.Name() })
}
