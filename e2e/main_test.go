// Package e2e tests the product as its users meet it: the programs, on a real
// API server. The command line is tested by scripts in testdata/script, each in
// a namespace of its own; what takes a client, many at once or the manager's
// death, by Go. Everything runs in parallel and leaves nothing behind.
package e2e

import (
	"os"
	"testing"

	"github.com/helm-dm/helm-dm/internal/clustertest"
)

func TestMain(m *testing.M) { os.Exit(clustertest.Run(m)) }
