package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"runtime/debug"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/klog/v2"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/manager"
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
	k, o := key(ctx, name), options.(*v1alpha1.DeploymentLogOptions)
	if err := l.manager.CheckLog(ctx, k, o); err != nil { // a stream that has begun can refuse nothing
		return nil, refused(err, v1alpha1.ChartDeployments, name)
	}
	tell := func(ctx context.Context, emit func(v1alpha1.LogLine) error) error {
		return l.manager.Log(ctx, k, o, emit)
	}
	return &logStream{tell: tell, stopping: l.stopping}, nil
}

// linesType is JSON, one value a line.
const linesType = "application/jsonl"

// logStream is what a Get answers: not an object, but lines as they come.
type logStream struct {
	v1alpha1.ChartDeployment
	tell     func(ctx context.Context, emit func(v1alpha1.LogLine) error) error
	stopping <-chan struct{}
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
		writer.CloseWithError(s.write(ctx, writer))
	}()
	return reader, true, linesType, nil
}

// write tells into w. No handler of the API server is above it to catch a panic,
// which would end the process.
func (s *logStream) write(ctx context.Context, w io.Writer) (err error) {
	defer func() {
		if p := recover(); p != nil {
			klog.ErrorS(nil, "Panic while telling a log", "panic", p, "stack", string(debug.Stack()))
			err = errors.New("the manager failed; its log says more")
		}
	}()
	encoder := json.NewEncoder(w)
	return s.tell(ctx, func(line v1alpha1.LogLine) error { return encoder.Encode(line) })
}
