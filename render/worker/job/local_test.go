package job_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/render/worker/workertest"
)

func TestLocal(t *testing.T) {
	t.Parallel()
	workertest.Run(t, func(*testing.T) job.Worker { return &job.Local{} })
}

// TestCache has two charts whose files fit into the cache, but not what their
// templates become.
func TestCache(t *testing.T) {
	t.Parallel()
	l := &job.Local{CacheBytes: 1 << 20}
	opened := 0
	inspect := func(text string) {
		t.Helper()
		data := workertest.Pack(t, map[string]string{"templates/x.yaml": "# " + strings.Repeat(text, 70<<10)})
		p := workertest.Parcel(data)
		p.Open = func(context.Context) ([]byte, error) {
			opened++
			return data, nil
		}
		if _, err := l.Inspect(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range []string{"a", "a", "b", "a"} {
		inspect(text)
	}
	if opened != 3 {
		t.Errorf("opened %d packages, want 3", opened)
	}
}

// TestBegan has the chart's name come before its templates.
func TestBegan(t *testing.T) {
	t.Parallel()
	var begun []string
	r := workertest.Template(t, "a: 1")
	r.Options.Began = func(what string) { begun = append(begun, what) }
	if _, err := (&job.Local{}).Render(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if want := []string{"web", "web/templates/x.yaml"}; !slices.Equal(begun, want) {
		t.Errorf("begun %q, want %q", begun, want)
	}
}
