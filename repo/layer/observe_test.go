package layer_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/layer"
)

type seen struct {
	Kind, Operation string
	Bytes           int
	Failed          bool
}

type witness []seen

func (w *witness) Observe(kind, operation string, d time.Duration, bytes int, err error) {
	if d < 0 {
		panic("it ended before it began")
	}
	*w = append(*w, seen{kind, operation, bytes, err != nil})
}

func TestObserve(t *testing.T) {
	t.Parallel()
	bytes := map[string]int{"fetch": len("the bytes of foo"), "keep": len("bytes")}
	each(t, func(t *testing.T, name string, operate func(context.Context, repo.Repository) error) {
		var saw witness
		r := layer.Observe(stocked(nil, unavailable()), "https", &saw)
		if err := operate(t.Context(), r); err != nil {
			t.Errorf("the error is %v", err)
		}
		if err := operate(t.Context(), r); !errors.Is(err, repo.ErrUnavailable) {
			t.Errorf("the error is %v", err)
		}
		want := witness{{"https", name, bytes[name], false}, {"https", name, 0, true}}
		if diff := cmp.Diff(want, saw); diff != "" {
			t.Errorf("observed (-want +got):\n%s", diff)
		}
	})
}

func TestObserveNobody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ string, operate func(context.Context, repo.Repository) error) {
		if err := operate(t.Context(), layer.Observe(stocked(), "https", nil)); err != nil {
			t.Errorf("the error is %v", err)
		}
	})
}
