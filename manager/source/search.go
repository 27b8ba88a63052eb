package source

import (
	"context"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/manager/source/view"
	"github.com/helm-dm/helm-dm/repo/catalog"
)

// maxPattern bounds what is searched for, in bytes.
const maxPattern = 256

// Search answers from the catalogue, with the charts of the repositories that id
// may use.
func (s *Sources) Search(ctx context.Context, id kube.Identity, search *v1alpha1.ChartSearch) (*v1alpha1.ChartSearch, error) {
	ctx, cancel := context.WithTimeout(ctx, answering)
	defer cancel()
	limit := int(search.Spec.Limit)
	switch {
	case limit == 0:
		limit = v1alpha1.DefaultSearchLimit
	case limit < 0, limit > v1alpha1.MaxSearchLimit:
		return nil, failure.New(v1alpha1.ReasonInvalid, "spec.limit: %d is not within 1 and %d", limit, v1alpha1.MaxSearchLimit)
	}
	if len(search.Spec.Pattern) > maxPattern {
		return nil, failure.New(v1alpha1.ReasonInvalid, "spec.pattern: it has %d bytes, at most %d", len(search.Spec.Pattern), maxPattern)
	}
	usable, err := s.usable(ctx, id)
	if err != nil {
		return nil, late(ctx, "searching", err)
	}
	found, more := s.catalog.Search(catalog.Query{
		Pattern: search.Spec.Pattern, Versions: search.Spec.Versions, Limit: limit,
		Allowed: func(name string) bool { return usable[name] },
	})
	answer := search.DeepCopy()
	answer.Status = v1alpha1.ChartSearchStatus{Charts: make([]v1alpha1.FoundChart, 0, len(found)), More: int64(more)}
	for _, f := range found {
		answer.Status.Charts = append(answer.Status.Charts, view.Found(f))
	}
	return answer, nil
}
