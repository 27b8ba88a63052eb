package progress

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
)

func object(kind, name string, action v1alpha1.Action, health v1alpha1.Health, message string) v1alpha1.ObjectStatus {
	return v1alpha1.ObjectStatus{Kind: kind, Name: name, Namespace: "shop", Action: action, Health: health, Message: message}
}

func deployment(step v1alpha1.Step, objects ...v1alpha1.ObjectStatus) *v1alpha1.ChartDeployment {
	d := &v1alpha1.ChartDeployment{}
	d.Name, d.Namespace = "web", "shop"
	d.Status.Operation = &v1alpha1.OperationStatus{Type: v1alpha1.OperationDeploy, Step: step}
	d.Status.Objects = objects
	return d
}

// rollout is what a deploy shows, state by state.
func rollout() []*v1alpha1.ChartDeployment {
	service := object("Service", "web", v1alpha1.ActionUnchanged, v1alpha1.HealthHealthy, "")
	return []*v1alpha1.ChartDeployment{
		deployment(v1alpha1.StepFetching),
		deployment(v1alpha1.StepFetching),
		deployment(v1alpha1.StepApplying, service, object("Deployment", "web", v1alpha1.ActionCreated, "", "")),
		deployment(v1alpha1.StepWaiting, service, object("Deployment", "web", v1alpha1.ActionCreated, v1alpha1.HealthInProgress, "1 of 3 replicas ready")),
		deployment(v1alpha1.StepDone, service, object("Deployment", "web", v1alpha1.ActionCreated, v1alpha1.HealthHealthy, "")),
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	var err bytes.Buffer
	p := New(&terminal.Screen{Err: &err})
	for _, d := range rollout() {
		p.See(d)
	}
	p.Close()
	want := `Fetching
Applying
Service/web: unchanged, healthy
Deployment/web: created
Waiting
Deployment/web: created, in progress (1 of 3 replicas ready)
Deployment/web: created, healthy
Done
`
	if diff := cmp.Diff(want, err.String()); diff != "" {
		t.Error(diff)
	}
}

func TestLinesLeaveOutWhatWasThereBefore(t *testing.T) {
	t.Parallel()
	var err bytes.Buffer
	p := New(&terminal.Screen{Err: &err})
	p.See(deployment(v1alpha1.StepAccepted, object("Service", "web", v1alpha1.ActionCreated, v1alpha1.HealthHealthy, "")))
	p.See(deployment(v1alpha1.StepDeleting, object("Service", "web", v1alpha1.ActionDeleted, "", "")))
	if diff := cmp.Diff("Accepted\nDeleting\nService/web: deleted\n", err.String()); diff != "" {
		t.Error(diff)
	}
}

func TestLive(t *testing.T) {
	t.Parallel()
	var err bytes.Buffer
	p := New(&terminal.Screen{Err: &err, Color: true, Size: func() (int, int) { return 80, 24 }})
	p.See(deployment(v1alpha1.StepPlanning, object("Service", "web", "", "", "")))
	for _, d := range rollout()[2:4] {
		p.See(d)
	}
	p.Close()
	want := "Deploy web: Planning, 0 of 1 objects healthy\n" +
		"  Service/web  pending\n" +
		"\r\x1b[2A\x1b[J" +
		"Deploy web: Applying, 1 of 2 objects healthy\n" +
		"\x1b[32m  Service/web     unchanged, healthy\x1b[0m\n" +
		"  Deployment/web  created\n" +
		"\r\x1b[3A\x1b[J" +
		"Deploy web: Waiting, 1 of 2 objects healthy\n" +
		"\x1b[32m  Service/web     unchanged, healthy\x1b[0m\n" +
		"\x1b[33m  Deployment/web  created, in progress (1 of 3 replicas ready)\x1b[0m\n" +
		"\r\x1b[3A\x1b[J"
	if diff := cmp.Diff(want, err.String()); diff != "" {
		t.Error(diff)
	}
}

func TestUpload(t *testing.T) {
	t.Parallel()
	var err bytes.Buffer
	screen := &terminal.Screen{Err: &err, Size: func() (int, int) { return 80, 24 }}
	small := NewUpload(screen)
	small.See(10, 10)
	small.Close()
	large := NewUpload(screen)
	large.See(2<<20, 8<<20)
	large.Close()
	if diff := cmp.Diff("  2.0 of 8.0 MiB\n\r\x1b[1A\x1b[J", err.String()); diff != "" {
		t.Error(diff)
	}
}

func TestQuiet(t *testing.T) {
	t.Parallel()
	var err bytes.Buffer
	p := New(&terminal.Screen{Err: &err, Quiet: true, Size: func() (int, int) { return 80, 24 }})
	for _, d := range rollout() {
		p.See(d)
	}
	p.Close()
	if err.Len() > 0 {
		t.Errorf("a quiet screen says %q", err.String())
	}
}

func TestLayoutFitsTheTerminal(t *testing.T) {
	t.Parallel()
	var objects []v1alpha1.ObjectStatus
	for i := range 6 {
		health := v1alpha1.HealthHealthy
		if i%2 == 0 {
			health = v1alpha1.HealthInProgress
		}
		objects = append(objects, object("Pod", fmt.Sprint(i), "", health, ""))
	}
	d := deployment(v1alpha1.StepWaiting, objects...)
	tests := []struct {
		room int
		want string // the objects' names
	}{
		{7, "0 1 2 3 4 5"},
		{6, "0 2 4"},
		{4, "0 2 4"},
		{3, "0 +2"},
		{2, "+3"},
		{1, ""},
	}
	for _, test := range tests {
		var got []string
		for _, row := range layout(d, test.room)[1:] {
			text := strings.NewReplacer("Pod/", "", "and ", "+", " more", "").Replace(row.Text)
			got = append(got, strings.Fields(text)[0])
		}
		if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("room %d: %s", test.room, diff)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	elsewhere := object("Role", "r", v1alpha1.ActionConflict, "", "owned by argocd")
	elsewhere.Namespace = "other"
	got := []string{
		Line(v1alpha1.LogLine{Object: &elsewhere}, "shop"),
		Line(v1alpha1.LogLine{Step: v1alpha1.StepApplying}, "shop"),
		Line(v1alpha1.LogLine{Step: v1alpha1.StepFailed, Reason: v1alpha1.ReasonTimeout, Message: "5m passed"}, "shop"),
		Line(v1alpha1.LogLine{Message: "taken over"}, "shop"),
		Why(object("A", "b", "", v1alpha1.HealthUnhealthy, "crash loop")),
		Why(object("A", "b", "", v1alpha1.HealthInProgress, "")),
		Why(object("A", "b", "", "", "")),
	}
	want := []string{
		"Role/r in other: conflict (owned by argocd)",
		"Applying",
		"Failed: Timeout: 5m passed",
		"taken over",
		"crash loop",
		"in progress",
		"health is unknown",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
