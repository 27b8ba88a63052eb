package server

import (
	"context"
	"encoding/json"
	"io"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/registry/rest"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/manager"
	"github.com/helm-dm/helm-dm/state"
)

// deploymentLog serves chartdeployments/log: an operation's progress as JSON
// lines.
type deploymentLog struct {
	manager  *manager.Manager
	stopping <-chan struct{} // closed when the server is about to stop
}

var (
	_ rest.GetterWithOptions = &deploymentLog{}
	_ rest.StorageMetadata   = &deploymentLog{}
)

func (*deploymentLog) New() runtime.Object { return &v1alpha1.ChartDeployment{} }
func (*deploymentLog) Destroy()            {}

func (*deploymentLog) NewGetOptions() (runtime.Object, bool, string) {
	return &v1alpha1.DeploymentLogOptions{}, false, ""
}

func (*deploymentLog) ProducesMIMETypes(string) []string { return []string{linesType} }
func (*deploymentLog) ProducesObject(string) any         { return "" }

func (l *deploymentLog) Get(ctx context.Context, name string, options runtime.Object) (runtime.Object, error) {
	k := key(ctx, name)
	if _, err := l.manager.Get(ctx, k); err != nil {
		return nil, refused(err, v1alpha1.ChartDeployments, name)
	}
	return &logStream{manager: l.manager, stopping: l.stopping, key: k, options: options.(*v1alpha1.DeploymentLogOptions)}, nil
}

// linesType is JSON, one value a line.
const linesType = "application/jsonl"

// logStream is what a Get answers: not an object, but lines as they come.
type logStream struct {
	v1alpha1.ChartDeployment
	manager  *manager.Manager
	stopping <-chan struct{}
	key      state.Key
	options  *v1alpha1.DeploymentLogOptions
}

var _ rest.ResourceStreamer = &logStream{}

// InputStream returns the lines. Closing it ends the telling, and so does the
// stopping of the server.
func (s *logStream) InputStream(ctx context.Context, _, _ string) (io.ReadCloser, bool, string, error) {
	reader, writer := io.Pipe()
	ctx, stop := context.WithCancel(ctx)
	go func() {
		defer stop()
		select {
		case <-s.stopping:
		case <-ctx.Done():
		}
	}()
	go func() {
		defer stop()
		encoder := json.NewEncoder(writer)
		err := s.manager.Log(ctx, s.key, s.options, func(line v1alpha1.LogLine) error { return encoder.Encode(line) })
		writer.CloseWithError(err)
	}()
	return reader, true, linesType, nil
}
