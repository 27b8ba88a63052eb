package worker_test

import (
	"os"
	"testing"

	"github.com/helm-dm/helm-dm/render/worker/process"
)

func TestMain(m *testing.M) {
	if process.Asked(os.Args) {
		os.Exit(process.Main(os.Args))
	}
	if len(os.Args) == 2 && os.Args[1] == mortal {
		os.Exit(serve())
	}
	os.Exit(m.Run())
}
