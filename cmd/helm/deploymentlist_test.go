package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
)

func listed() *fake {
	item := func(namespace, name string) v1alpha1.ChartDeployment {
		d := v1alpha1.ChartDeployment{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace}}
		d.CreationTimestamp = metav1.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		d.Status.Phase, d.Status.Health, d.Status.Revision = v1alpha1.PhaseDeployed, v1alpha1.HealthHealthy, 2
		d.Status.Chart = v1alpha1.ChartStatus{Name: "bar", Version: "1.0.0"}
		return d
	}
	failed := item("apps", "zebra")
	failed.Status.Phase, failed.Status.Chart.Version = v1alpha1.PhaseFailed, ""
	return &fake{items: []v1alpha1.ChartDeployment{
		item("shop", "taco-tuesday"), item("shop", "skinny-pigeon"), item("shop", "taco-wednesday"), failed,
	}}
}

const wideTable = `NAMESPACE   NAME             CHART   VERSION   REVISION   HEALTH    AGE
shop        skinny-pigeon    bar     1.0.0     2          Healthy   2d
shop        taco-tuesday     bar     1.0.0     2          Healthy   2d
shop        taco-wednesday   bar     1.0.0     2          Healthy   2d
`

func TestDeploymentList(t *testing.T) {
	t.Parallel()
	tests := []struct {
		args string
		want result
	}{
		{"", result{0, "skinny-pigeon\ntaco-tuesday\ntaco-wednesday\n", ""}},
		{"-o name", result{0, "skinny-pigeon\ntaco-tuesday\ntaco-wednesday\n", ""}},
		{"tues", result{0, "taco-tuesday\n", ""}},
		{"tues*", result{0, "", "No deployments found.\n"}},
		{"taco-*", result{0, "taco-tuesday\ntaco-wednesday\n", ""}},
		{"-q none", result{0, "", ""}},
		{"-o wide", result{0, wideTable, ""}},
		{"-A zebra", result{0, `NAMESPACE   NAME    CHART   VERSION   REVISION   HEALTH   AGE
apps        zebra   bar     -         2          Failed   2d
`, ""}},
		{"-A -o name", result{0, "zebra\nskinny-pigeon\ntaco-tuesday\ntaco-wednesday\n", ""}},
		{"[", result{2, "", "Error: reading pattern \"[\": syntax error in pattern\n"}},
	}
	for _, test := range tests {
		t.Run(test.args, func(t *testing.T) {
			t.Parallel()
			got := helm(t, listed(), append([]string{"deployment", "list"}, strings.Fields(test.args)...)...)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDeploymentListRefusesSelector(t *testing.T) {
	t.Parallel()
	got := helm(t, listed(), "deployment", "list", "-l", "a in (")
	if got.Code != fault.ExitUsage {
		t.Errorf("got %+v", got)
	}
}

func TestCompleteNames(t *testing.T) {
	t.Parallel()
	got := helm(t, listed(), "__complete", "delete", "taco-tuesday", "ta")
	if names := strings.Split(got.Out, "\n"); names[0] != "taco-wednesday" || strings.Contains(got.Out, "tuesday") {
		t.Errorf("got %+v", got)
	}
}
