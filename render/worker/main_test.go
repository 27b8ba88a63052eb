package worker_test

import (
	"io"
	"os"
	"testing"

	"github.com/helm-dm/helm-dm/render/worker"
	"github.com/helm-dm/helm-dm/render/worker/process"
)

func TestMain(m *testing.M) {
	if process.Asked(os.Args) {
		os.Exit(process.Main(os.Args))
	}
	if len(os.Args) == 2 && os.Args[1] == mortal {
		os.Exit(serve())
	}
	if len(os.Args) == 2 && os.Args[1] == worker.Silent {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
	os.Exit(m.Run())
}
