package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// deployed is a deployment called taco in namespace shop.
func deployed(phase v1alpha1.Phase, health v1alpha1.Health, s state) v1alpha1.ChartDeployment {
	d := *s.object.DeepCopy()
	d.Name, d.Namespace = "taco", "shop"
	d.Status.Phase, d.Status.Health = phase, health
	d.Status.Addresses = []string{"10.10.10.77:8080"}
	return d
}

func TestStatus(t *testing.T) {
	t.Parallel()
	const located = "Located at: 10.10.10.77:8080\n"
	tests := []struct {
		name string
		item v1alpha1.ChartDeployment
		code int
		want string
	}{
		{"healthy", deployed(v1alpha1.PhaseDeployed, v1alpha1.HealthHealthy, at(v1alpha1.StepDone, pod(v1alpha1.HealthHealthy, ""))), 0, "OK\n"},
		{"unhealthy", deployed(v1alpha1.PhaseDeployed, v1alpha1.HealthUnhealthy, at(v1alpha1.StepDone, pod(v1alpha1.HealthUnhealthy, "crash\nloop"))),
			1, "unhealthy\nPod/p: crash loop\n"},
		{"failed", deployed(v1alpha1.PhaseFailed, v1alpha1.HealthHealthy, failed(v1alpha1.ReasonTimeout, "5m are over")), 1, "Failed: 5m are over\n"},
		{"under way", deployed(v1alpha1.PhaseDeploying, v1alpha1.HealthInProgress, at(v1alpha1.StepWaiting, pod(v1alpha1.HealthInProgress, "0 of 1 ready"))),
			1, "Deploying: Waiting\nPod/p: 0 of 1 ready\n"},
		{"nothing known", deployed(v1alpha1.PhaseDeployed, "", at(v1alpha1.StepDone)), 1, "health is unknown\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := helm(t, &fake{items: []v1alpha1.ChartDeployment{test.item}}, "status", "taco")
			if diff := cmp.Diff(result{test.code, test.want + located, ""}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestStatusOfUnknown(t *testing.T) {
	t.Parallel()
	got := helm(t, &fake{}, "status", "taco")
	want := result{3, "", "Error: there is no deployment \"taco\" in namespace \"shop\"\nTry: helm deployment list, here or with --all-namespaces\n"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestStatusAsJSONKeepsControlCharactersHarmless(t *testing.T) {
	t.Parallel()
	const evil = "a\x1b[2J\u009b31m\x7f"
	item := deployed(v1alpha1.PhaseFailed, "", failed(v1alpha1.ReasonInvalid, evil))
	got := helm(t, &fake{items: []v1alpha1.ChartDeployment{item}}, "status", "taco", "-o", "json")
	var d v1alpha1.ChartDeployment
	if err := json.Unmarshal([]byte(got.Out), &d); err != nil {
		t.Fatal(err)
	}
	if d.Kind != "ChartDeployment" || d.Status.Operation.Failure != evil || got.Code != 1 {
		t.Errorf("got %+v", got)
	}
	if strings.ContainsAny(got.Out, "\x1b\u009b\x7f") {
		t.Errorf("%q holds control characters", got.Out)
	}
}

func TestStatusFollows(t *testing.T) {
	t.Parallel()
	object := pod(v1alpha1.HealthInProgress, "pulling")
	f := &fake{
		items: []v1alpha1.ChartDeployment{deployed(v1alpha1.PhaseDeploying, "", at(v1alpha1.StepApplying))},
		log: []v1alpha1.LogLine{
			{At: metav1.NewMicroTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.Local)), Step: v1alpha1.StepApplying},
			{At: metav1.NewMicroTime(time.Date(2026, 1, 2, 3, 4, 6, 0, time.Local)), Object: &object},
		},
		itemsAfter: []v1alpha1.ChartDeployment{deployed(v1alpha1.PhaseDeployed, v1alpha1.HealthHealthy, at(v1alpha1.StepDone))},
	}
	got := helm(t, f, "status", "taco", "--follow")
	want := result{0, "OK\nLocated at: 10.10.10.77:8080\n", "03:04:05  Applying\n03:04:06  Pod/p: created, in progress (pulling)\n"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestStatusFollowsNothing wants whoever detached from a first deploy to learn that
// its end may be why there is no deployment.
func TestStatusFollowsNothing(t *testing.T) {
	t.Parallel()
	got := helm(t, &fake{}, "status", "taco", "--follow")
	want := result{3, "", "Error: there is no deployment \"taco\" in namespace \"shop\": a first deploy that fails before anything is applied leaves none\n" +
		"Try: helm deployment list, here or with --all-namespaces\n"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestStatusTellsAFailureOnce(t *testing.T) {
	t.Parallel()
	d := *failed(v1alpha1.ReasonInvalid, "Pod/p: no such field", pod(v1alpha1.HealthUnhealthy, "no such field")).object
	d.Name, d.Namespace, d.Status.Phase = "taco", "shop", v1alpha1.PhaseFailed
	got := helm(t, &fake{items: []v1alpha1.ChartDeployment{d}}, "status", "taco")
	if diff := cmp.Diff(result{1, "Failed: Pod/p: no such field\n", ""}, got); diff != "" {
		t.Error(diff)
	}
}
