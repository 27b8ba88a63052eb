package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
)

func TestDeleteGoesOnAfterAFailure(t *testing.T) {
	t.Parallel()
	done := at(v1alpha1.StepDone)
	done.event = "DELETED"
	f := &fake{states: []state{at(v1alpha1.StepDeleting), done}, items: listed().items}
	got := helm(t, f, "-q", "uninstall", "taco-tuesday", "none", "taco-wednesday")
	want := result{3, "Destroyed taco-tuesday\nDestroyed taco-wednesday\n",
		"Error: there is no deployment \"none\" in namespace \"shop\"\nTry: helm deployment list, here or with --all-namespaces\n"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"taco-tuesday", "none", "taco-wednesday"}, f.deleted); diff != "" {
		t.Error(diff)
	}
}

func TestDeleteFailure(t *testing.T) {
	t.Parallel()
	gone := at(v1alpha1.StepDeleting)
	gone.event = "DELETED"
	tests := []struct {
		name  string
		state state
		want  result
	}{
		{"a hook failed", failed(v1alpha1.ReasonUnhealthy, "hook failed"), result{1, "", "Error: Deploy of \"taco-tuesday\" failed: hook failed\n"}},
		{"gone without a last word", gone, result{0, "Destroyed taco-tuesday\n", ""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := helm(t, &fake{states: []state{test.state}, items: listed().items}, "-q", "delete", "taco-tuesday")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDeleteTimesOut(t *testing.T) {
	t.Parallel()
	f := &fake{states: []state{at(v1alpha1.StepDeleting)}, items: listed().items, hang: make(chan struct{})}
	got := helm(t, f, "-q", "delete", "--timeout", "300ms", "taco-tuesday")
	if got.Code != fault.ExitTimeout {
		t.Errorf("got %+v, want exit code 7", got)
	}
}

func TestDeleteRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status metav1.Status
		want   result
	}{
		{refusal(403, metav1.StatusReasonForbidden, "not you"),
			result{5, "", "Error: deleting \"taco-tuesday\": not you\nTry: kubectl auth can-i --list --namespace shop\n"}},
		{refusal(409, metav1.StatusReasonConflict, "held"),
			result{4, "", "Error: deleting \"taco-tuesday\": held\nTry: helm status taco-tuesday --follow\n"}},
	}
	for _, test := range tests {
		f := &fake{refuse: map[string]metav1.Status{"DELETE chartdeployments": test.status}}
		if diff := cmp.Diff(test.want, helm(t, f, "delete", "taco-tuesday")); diff != "" {
			t.Error(diff)
		}
	}
}
