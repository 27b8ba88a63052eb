package source

import (
	"context"
	"fmt"
	"time"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/source/view"
	"github.com/helm-dm/helm-dm/render/worker/job"
)

// answering bounds the time for a question: kube-apiserver waits 34 s.
const answering = 25 * time.Second

// Inspect tells what is in a chart that id may have: what they uploaded, or what
// their reference resolves to. It stores nothing.
func (s *Sources) Inspect(ctx context.Context, id kube.Identity, q *v1alpha1.ChartInspection) (*v1alpha1.ChartInspection, error) {
	ctx, cancel := context.WithTimeout(ctx, answering)
	defer cancel()
	var status v1alpha1.ChartInspectionStatus
	err := s.inspected(ctx, id, q.Spec.Chart, func(ctx context.Context, c *Chosen, pkg job.Package) error {
		told, err := s.Worker.Describe(ctx, pkg, c.Reference)
		if err == nil {
			err = c.is(told.Facts.Metadata)
		}
		if err != nil {
			return fmt.Errorf("inspecting chart %q: %w", c.Reference, err)
		}
		status = view.Inspection(c.Reference, pkg.Digest, told)
		return nil
	})
	if err != nil {
		return nil, late(ctx, "inspecting", err)
	}
	answer := q.DeepCopy()
	answer.Status = status
	return answer, nil
}

// inspected finds the package to inspect, and has it looked at. What is not an
// upload is at hand already: a worker must not answer by a digest that nobody
// has checked.
func (s *Sources) inspected(ctx context.Context, id kube.Identity, text string, look func(context.Context, *Chosen, job.Package) error) error {
	pkg := job.Package{Owner: id.Owner()}
	ref, err := reference.Parse(text)
	if err != nil {
		return err
	}
	if ref.IsUpload() {
		known, err := s.uploaded(ctx, id, ref)
		if err != nil {
			return err
		}
		pkg.Digest, pkg.Open = known.Digest, s.reading(known.Digest)
		return look(ctx, &Chosen{Reference: ref.Tagged()}, pkg)
	}
	chosen, err := s.Resolve(ctx, id, ref)
	if err != nil {
		return err
	}
	return s.shelved(ctx, id, chosen, func(ctx context.Context, data []byte) error {
		pkg.Digest, pkg.Open = chart.Digest(data), func(context.Context) ([]byte, error) { return data, nil }
		return look(ctx, chosen, pkg)
	})
}

// shelved is Package, with a memory for what was fetched from the same place as
// the same release, which must be known by a digest.
func (s *Sources) shelved(ctx context.Context, id kube.Identity, c *Chosen, use func(context.Context, []byte) error) error {
	if data := s.shelf.Get(c.shelf()); data != nil && (c.Digest == "" || c.Digest == c.Release.Digest) {
		return use(ctx, data)
	}
	return s.Package(ctx, id, c, func(ctx context.Context, data []byte) error {
		if c.Release.Digest != "" {
			s.shelf.Put(c.shelf(), data)
		}
		return use(ctx, data)
	})
}

// shelf is the key under which its package is kept.
func (c *Chosen) shelf() string { return c.place.ID() + " " + c.Release.At + " " + c.Release.Digest }
