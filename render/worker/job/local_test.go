package job_test

import (
	"testing"

	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/render/worker/workertest"
)

func TestLocal(t *testing.T) {
	t.Parallel()
	workertest.Run(t, func(*testing.T) job.Worker { return &job.Local{} })
}
