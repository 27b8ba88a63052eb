package source

import (
	"context"
	"fmt"
	"time"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/parameter"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/render/worker/job"
)

// answering bounds the time for a question: kube-apiserver waits 34 s.
const answering = 25 * time.Second

// Inspect tells what is in a chart that id may have: what they uploaded, or what
// their reference resolves to. It stores nothing.
func (s *Sources) Inspect(ctx context.Context, id kube.Identity, q *v1alpha1.ChartInspection) (*v1alpha1.ChartInspection, error) {
	ctx, cancel := context.WithTimeout(ctx, answering)
	defer cancel()
	from, pkg, err := s.inspected(ctx, id, q.Spec.Chart)
	if err != nil {
		return nil, late(ctx, "inspecting", err)
	}
	told, err := s.Worker.Describe(ctx, pkg, from)
	if err != nil {
		return nil, late(ctx, "inspecting", fmt.Errorf("inspecting chart %q: %w", from, err))
	}
	m := told.Facts.Metadata
	answer := q.DeepCopy()
	answer.Status = v1alpha1.ChartInspectionStatus{
		Chart:     v1alpha1.ChartStatus{Reference: from, Name: m.Name, Version: m.Version, AppVersion: m.AppVersion, Digest: pkg.Digest},
		Values:    told.Values,
		Commented: string(told.Commented),
		Readme:    told.Readme,
	}
	for _, p := range told.Parameters {
		answer.Status.Parameters = append(answer.Status.Parameters, document(p))
	}
	return answer, nil
}

// inspected finds the package to inspect, and its exact reference. What is not an
// upload is at hand already: a worker must not answer by a digest that nobody
// has checked.
func (s *Sources) inspected(ctx context.Context, id kube.Identity, text string) (from string, pkg job.Package, err error) {
	pkg.Owner = id.Owner()
	ref, err := reference.Parse(text)
	if err != nil {
		return "", pkg, err
	}
	if ref.IsUpload() {
		known, err := s.uploaded(ctx, id, ref)
		if err != nil {
			return "", pkg, err
		}
		pkg.Digest, pkg.Open = known.Digest, s.reading(known.Digest)
		return ref.Tagged(), pkg, nil
	}
	chosen, err := s.Resolve(ctx, id, ref)
	if err != nil {
		return "", pkg, err
	}
	data, err := s.shelved(ctx, id, chosen)
	if err != nil {
		return "", pkg, err
	}
	pkg.Digest = chart.Digest(data)
	pkg.Open = func(context.Context) ([]byte, error) { return data, nil }
	return chosen.Reference, pkg, nil
}

// shelved is Package, with a memory for what was fetched from the same place as
// the same release, which must be known by a digest.
func (s *Sources) shelved(ctx context.Context, id kube.Identity, c *Chosen) ([]byte, error) {
	if data := s.shelf.get(c.shelf()); data != nil && (c.Digest == "" || c.Digest == c.Release.Digest) {
		return data, nil
	}
	data, err := s.Package(ctx, id, c)
	if err == nil && c.Release.Digest != "" {
		s.shelf.put(c.shelf(), data)
	}
	return data, err
}

// shelf is the key under which its package is kept.
func (c *Chosen) shelf() string { return c.place.ID() + " " + c.Release.At + " " + c.Release.Digest }

func document(p parameter.Parameter) v1alpha1.ParameterDoc {
	return v1alpha1.ParameterDoc{
		Name: p.Name, Type: p.Type, Description: p.Description, Default: p.Default, Effective: p.Effective,
		Allowed: p.Allowed.Values, Range: p.Allowed.Range, Pattern: p.Allowed.Pattern, Section: p.Section,
		Required: p.Required, Secret: p.Secret, Deprecated: p.Deprecated,
	}
}
