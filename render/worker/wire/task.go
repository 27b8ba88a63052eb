package wire

import (
	"fmt"
	"strings"

	"github.com/helm-dm/helm-dm/chart/values"
	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/worker/job"
)

// task is the head of Render, Inspect and Describe. The API versions, of which clusters
// have hundreds, are one part, each on a line of its own; the texts of the
// parameters are the others: they need not be UTF-8, which JSON is.
type task struct {
	Digest        string
	Kinds         []values.Kind
	Release       render.Release
	Capabilities  render.Capabilities
	Lookup        bool // lookups are answered
	SubchartNotes bool
	SkipSchema    bool
	Lint          bool
	MaxOutput     int64
	MaxGenerated  int64
}

// EncodeRender makes the frame that asks for a rendering.
func EncodeRender(r *job.Request) (Frame, error) {
	o := r.Options
	head := task{
		Digest: r.Chart.Digest, Release: o.Release, Capabilities: o.Capabilities, Lookup: o.Lookup != nil,
		SubchartNotes: o.SubchartNotes, SkipSchema: o.SkipSchema, Lint: o.Lint,
		MaxOutput: o.MaxOutput, MaxGenerated: o.MaxGenerated,
	}
	head.Capabilities.APIVersions = nil
	parts := [][]byte{[]byte(strings.Join(o.Capabilities.APIVersions, "\n"))}
	for _, p := range r.Parameters {
		head.Kinds = append(head.Kinds, p.Kind)
		parts = append(parts, []byte(p.Text))
	}
	return frame(Render, head, parts...)
}

// DecodeRender reads that frame. find is the lookup of the request if it has one.
func DecodeRender(f Frame, find render.Lookup) (*job.Request, error) {
	var head task
	if err := f.read(Render, -1, &head); err != nil {
		return nil, err
	}
	if 1+len(head.Kinds) != len(f.Parts) {
		return nil, fmt.Errorf("%w: %d parameters in %d parts", ErrFrame, len(head.Kinds), len(f.Parts))
	}
	r := &job.Request{Chart: job.Package{Digest: head.Digest}, Options: render.Options{
		Release: head.Release, Capabilities: head.Capabilities,
		SubchartNotes: head.SubchartNotes, SkipSchema: head.SkipSchema, Lint: head.Lint,
		MaxOutput: head.MaxOutput, MaxGenerated: head.MaxGenerated,
	}}
	if head.Lookup {
		r.Options.Lookup = find
	}
	if len(f.Parts[0]) > 0 {
		r.Options.Capabilities.APIVersions = strings.Split(string(f.Parts[0]), "\n")
	}
	for i, kind := range head.Kinds {
		r.Parameters = append(r.Parameters, values.Source{Kind: kind, Text: string(f.Parts[1+i])})
	}
	return r, nil
}

// EncodeInspect makes the frame that asks for the facts of a chart.
func EncodeInspect(digest string) (Frame, error) { return frame(Inspect, task{Digest: digest}) }

// DecodeInspect reads that frame.
func DecodeInspect(f Frame) (digest string, err error) {
	var head task
	err = f.read(Inspect, 0, &head)
	return head.Digest, err
}

// EncodeDescribe makes the frame that asks what a chart says of itself.
func EncodeDescribe(digest, reference string) (Frame, error) {
	return frame(Describe, task{Digest: digest}, []byte(reference))
}

// DecodeDescribe reads that frame.
func DecodeDescribe(f Frame) (digest, reference string, err error) {
	var head task
	if err := f.read(Describe, 1, &head); err != nil {
		return "", "", err
	}
	return head.Digest, string(f.Parts[0]), nil
}

// EncodePackage makes the answer to Want; without had there is no such package,
// and the job fails.
func EncodePackage(data []byte, had bool) (Frame, error) { return frame(Package, had, data) }

// DecodePackage reads that answer.
func DecodePackage(f Frame) (data []byte, had bool, err error) {
	if err := f.read(Package, 1, &had); err != nil {
		return nil, false, err
	}
	return f.Parts[0], had, nil
}

// Confinement is what a worker tells of itself when it is ready.
type Confinement struct {
	Enforced []string // what holds, proven
	Missing  []string // what does not, each with the reason
}

// EncodeReady makes the first frame of a worker.
func EncodeReady(c Confinement) (Frame, error) { return frame(Ready, c) }

// DecodeReady reads that frame.
func DecodeReady(f Frame) (c Confinement, err error) {
	err = f.read(Ready, 0, &c)
	return c, err
}

// EncodeWant asks for the bytes of the chart.
func EncodeWant() (Frame, error) { return frame(Want, nil) }
