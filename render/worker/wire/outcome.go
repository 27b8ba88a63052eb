package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/worker/job"
)

// facts is the head of Told. The parts are the default values and the schema.
type facts struct {
	Metadata *chart.Metadata
	Lock     *chart.Lock
	Library  bool
	Schema   bool // there is one
}

// factsParts are the parts that facts take, doneParts those that Done has before
// the documents.
const (
	factsParts = 2
	doneParts  = factsParts + 2
)

func (h *facts) encode(f *job.Facts) [][]byte {
	*h = facts{Metadata: f.Metadata, Lock: f.Lock, Library: f.Library, Schema: f.Schema != nil}
	return [][]byte{f.Values, f.Schema}
}

func (h *facts) decode(parts [][]byte) (*job.Facts, error) {
	if h.Metadata == nil {
		return nil, fmt.Errorf("%w: a chart without metadata", ErrFrame)
	}
	if err := h.Metadata.Validate(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFrame, err)
	}
	defaults, err := object(parts[0])
	if err != nil {
		return nil, err
	}
	out := &job.Facts{Metadata: h.Metadata, Lock: h.Lock, Library: h.Library, Values: defaults}
	if h.Schema {
		out.Schema = bytes.Clone(parts[1])
	}
	return out, nil
}

// object makes sure that data is a JSON object. It returns a copy, which does not
// keep the frame.
func object(data []byte) (json.RawMessage, error) {
	if !bytes.HasPrefix(data, []byte("{")) || !json.Valid(data) {
		return nil, fmt.Errorf("%w: values that are no object", ErrFrame)
	}
	return bytes.Clone(data), nil
}

// EncodeTold makes the frame with the facts of a chart.
func EncodeTold(f *job.Facts) (Frame, error) {
	var head facts
	parts := head.encode(f)
	return frame(Told, head, parts...)
}

// DecodeTold reads that frame.
func DecodeTold(f Frame) (*job.Facts, error) {
	var head facts
	if err := f.read(Told, factsParts, &head); err != nil {
		return nil, err
	}
	return head.decode(f.Parts)
}

// done is the head of Done. The parts are those of the facts, the user's values,
// the notes, and the contents of all manifests, hooks and CRDs.
type done struct {
	facts
	Output render.Output // without the texts that are parts
}

// EncodeDone makes the frame with a rendering.
func EncodeDone(r *job.Result) (Frame, error) {
	head := done{Output: *r.Output}
	o := &head.Output
	parts := append(head.encode(r.Facts), r.Values, []byte(o.Notes))
	o.Notes, o.Manifest = "", ""
	o.Manifests, o.Hooks, o.CRDs = slices.Clone(o.Manifests), slices.Clone(o.Hooks), slices.Clone(o.CRDs)
	for _, m := range documents(o) {
		parts = append(parts, []byte(m.Content))
		m.Content = ""
	}
	return frame(Done, head, parts...)
}

// DecodeDone reads that frame.
func DecodeDone(f Frame) (*job.Result, error) {
	var head done
	if err := f.read(Done, -1, &head); err != nil {
		return nil, err
	}
	found := documents(&head.Output)
	if len(f.Parts) != doneParts+len(found) {
		return nil, fmt.Errorf("%w: %d documents in %d parts", ErrFrame, len(found), len(f.Parts))
	}
	known, err := head.decode(f.Parts)
	if err != nil {
		return nil, err
	}
	given, err := object(f.Parts[factsParts])
	if err != nil {
		return nil, err
	}
	head.Output.Notes = string(f.Parts[factsParts+1])
	for i, m := range found {
		m.Path = clean(m.Path, maxName)
		m.Content = string(f.Parts[doneParts+i])
	}
	for _, h := range head.Output.Hooks {
		for _, names := range [][]string{h.Events, h.DeletePolicies, h.OutputLogPolicies} {
			for i, name := range names {
				names[i] = clean(name, maxName)
			}
		}
	}
	head.Output.Manifest = join(head.Output.Manifests)
	return &job.Result{Facts: known, Values: given, Output: &head.Output}, nil
}

// documents are those of an output, in the order of their parts.
func documents(o *render.Output) []*render.Manifest {
	out := make([]*render.Manifest, 0, len(o.Manifests)+len(o.Hooks)+len(o.CRDs))
	for i := range o.Manifests {
		out = append(out, &o.Manifests[i])
	}
	for i := range o.Hooks {
		out = append(out, &o.Hooks[i].Manifest)
	}
	for i := range o.CRDs {
		out = append(out, &o.CRDs[i])
	}
	return out
}

// join returns Output.Manifest, which is not sent: it repeats the manifests. From
// then on their contents are parts of it, so that they are in memory once.
func join(manifests []render.Manifest) string {
	size := 0
	for _, m := range manifests {
		size += len(m.Content) + len(render.Manifest{Path: m.Path}.Text())
	}
	var out strings.Builder
	out.Grow(size)
	ends := make([]int, len(manifests)) // of the contents
	for i, m := range manifests {
		out.WriteString(m.Text())
		ends[i] = out.Len() - len("\n")
	}
	text := out.String()
	for i := range manifests {
		m := &manifests[i]
		m.Content = text[ends[i]-len(m.Content) : ends[i]]
	}
	return text
}
