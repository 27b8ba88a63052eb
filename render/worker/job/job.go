package job

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/values"
	"github.com/helm-dm/helm-dm/render"
)

// ErrUnavailable is matched when nobody could do the job, which says nothing
// about the chart: another attempt may succeed.
var ErrUnavailable = errors.New("no render worker is available")

// Renderer renders charts, which it does not trust.
type Renderer interface {
	// Render yields the errors of render.Render, and those that match
	// chart.ErrInvalid for bytes that are no chart and parameters that cannot be
	// read. What it returns must not be written to.
	Render(ctx context.Context, r *Request) (*Result, error)
}

// Worker also tells what charts are.
type Worker interface {
	Renderer
	// Inspect loads a chart and keeps it for a rendering. Bytes that are no chart
	// yield an error that matches chart.ErrInvalid. What it returns must not be
	// written to.
	Inspect(ctx context.Context, p Package) (*Facts, error)
	// Describe is Inspect for people: the reference, one line, is what the
	// commented values say that they are for. The error matches chart.ErrTooLarge
	// for a chart of more parameters than can be listed.
	Describe(ctx context.Context, p Package, reference string) (*Description, error)
}

// Package is a packed chart, as somebody wants it inspected or rendered.
type Package struct {
	// Owner tells those apart for whom jobs are done, so that none of them keeps
	// the others waiting; any text, and empty is an owner like others.
	Owner string
	// Digest is that of the bytes, as chart.Digest has it.
	Digest string
	// Open returns the bytes. It is called only where the chart is not at hand
	// already, and its error fails the job.
	Open func(ctx context.Context) ([]byte, error)
}

// Request asks for one rendering.
type Request struct {
	Chart Package
	// Parameters are what the user supplied, in order.
	Parameters []values.Source
	// Options are those of the rendering. Lookup is called by whoever asked and
	// for this request alone; Began and Now are not for callers to set.
	Options render.Options
}

// Facts are what a chart is, without its templates and files.
type Facts struct {
	Metadata *chart.Metadata // never nil, and valid
	Lock     *chart.Lock     // nil when absent
	Values   json.RawMessage // the default values, a JSON object
	Schema   []byte          // the text of values.schema.json, nil when absent
	Library  bool            // it only defines templates for others
}

// Result is a rendering.
type Result struct {
	Facts  *Facts
	Values json.RawMessage // the user's values, merged: a JSON object
	Output *render.Output
}
