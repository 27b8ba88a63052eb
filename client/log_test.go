package client

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

func TestTailTellsEachLineOnce(t *testing.T) {
	t.Parallel()
	line := func(second int, step v1alpha1.Step) v1alpha1.LogLine {
		at := metav1.NewMicroTime(time.Date(2026, 1, 2, 3, 4, second, 0, time.UTC))
		return v1alpha1.LogLine{At: at, Operation: "op1", Step: step}
	}
	log := "GET " + shop + "/web/log"
	first, second, third := line(1, v1alpha1.StepFetching), line(2, v1alpha1.StepApplying), line(3, v1alpha1.StepDone)
	c := serve(t,
		step{log, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("follow") != "true" || r.URL.Query().Get("operation") != "op1" {
				t.Errorf("asked for %q", r.URL.RawQuery)
			}
			stream(first, second)(w, r)
		}},
		step{getWeb, object(deployment("3", v1alpha1.StepApplying))},
		step{log, text(503, "service unavailable")},
		step{log, stream(first, second, third)},
		step{getWeb, object(deployment("4", v1alpha1.StepDone))},
	)
	var got []v1alpha1.Step
	err := c.Deployments("shop").Tail(t.Context(), "web", "op1", func(l v1alpha1.LogLine) { got = append(got, l.Step) })
	if err != nil {
		t.Fatal(err)
	}
	want := []v1alpha1.Step{v1alpha1.StepFetching, v1alpha1.StepApplying, v1alpha1.StepDone}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTailEndsWithTheDeployment(t *testing.T) {
	t.Parallel()
	c := serve(t,
		step{"GET " + shop + "/web/log", stream()},
		step{getWeb, failure(404, metav1.StatusReasonNotFound, "gone")},
	)
	if err := c.Deployments("shop").Tail(t.Context(), "web", "op1", func(v1alpha1.LogLine) {}); err != nil {
		t.Error(err)
	}
}

func TestTailOfAnEarlierOperation(t *testing.T) {
	t.Parallel()
	next := deployment("2", v1alpha1.StepApplying)
	next.Status.Operation.ID = "op2"
	c := serve(t,
		step{"GET " + shop + "/web/log", failure(404, metav1.StatusReasonNotFound, "not the last one")},
		step{getWeb, object(next)},
	)
	if err := c.Deployments("shop").Tail(t.Context(), "web", "op1", func(v1alpha1.LogLine) {}); err != nil {
		t.Error(err)
	}
}

func TestTailWithoutRights(t *testing.T) {
	t.Parallel()
	c := serve(t, step{"GET " + shop + "/web/log", failure(403, metav1.StatusReasonForbidden, "no")})
	err := c.Deployments("shop").Tail(t.Context(), "web", "op1", func(v1alpha1.LogLine) {})
	if KindOf(err) != KindDenied {
		t.Errorf("got %v", err)
	}
}
