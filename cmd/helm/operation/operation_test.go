package operation

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
)

// deployment has one operation, at a step, and objects.
func deployment(step v1alpha1.Step, objects ...v1alpha1.ObjectStatus) *v1alpha1.ChartDeployment {
	d := &v1alpha1.ChartDeployment{}
	d.Name = "taco"
	d.Status.Operation = &v1alpha1.OperationStatus{ID: "op", Type: v1alpha1.OperationDeploy, Step: step}
	d.Status.Objects = objects
	return d
}

func object(name string, action v1alpha1.Action, health v1alpha1.Health, message string) v1alpha1.ObjectStatus {
	return v1alpha1.ObjectStatus{Kind: "Pod", Name: name, Action: action, Health: health, Message: message}
}

func TestNothingStarted(t *testing.T) {
	t.Parallel()
	var told strings.Builder
	screen := &terminal.Screen{Err: &told}
	d := deployment("")
	d.Status.Operation = nil
	last, err := Wait{}.Run(t.Context(), screen, d)
	want := "Error: the manager accepted \"taco\" and started nothing\nTry: helm status taco\n"
	if code := fault.Report(screen, "c", err); last != nil || code != fault.ExitFailed || told.String() != want {
		t.Errorf("exit code %d, %q, %v", code, told.String(), last)
	}
}

func TestEnough(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		step           v1alpha1.Step
		whole, applied bool
	}{
		{v1alpha1.StepAccepted, false, false},
		{v1alpha1.StepApplying, false, false},
		{v1alpha1.StepWaiting, false, true},
		{v1alpha1.StepDone, true, true},
		{v1alpha1.StepFailed, true, true},
	} {
		d := deployment(test.step)
		whole, applied := Wait{}.enough(d), Wait{Applied: true}.enough(d)
		if whole != test.whole || applied != test.applied {
			t.Errorf("%s: enough %t, and %t to be applied", test.step, whole, applied)
		}
	}
}

func TestLost(t *testing.T) {
	t.Parallel()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	late, stop := context.WithTimeout(t.Context(), 0)
	t.Cleanup(stop)
	taco := deployment(v1alpha1.StepApplying)
	taco.Namespace = "shop"
	for _, test := range []struct {
		name string
		wait Wait
		ctx  context.Context //nolint:containedctx // it is what the cases differ in
		err  error
		code int
		want string
	}{
		{"detached", Wait{}, cancelled, context.Canceled, 1, "Detached: the operation goes on without this terminal.\nTry: helm status taco --follow\n"},
		{"detached elsewhere", Wait{Elsewhere: true}, cancelled, context.Canceled, 1, "Detached: the operation goes on without this terminal.\nTry: helm status taco --namespace shop --follow\n"},
		{"out of time", Wait{}, late, context.DeadlineExceeded, 7, "Error: waiting for \"taco\": context deadline exceeded; the operation goes on\nTry: helm status taco --follow\n"},
		{"gone", Wait{}, t.Context(), client.ErrGone, 1, "Error: the deployment is gone\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var told strings.Builder
			screen := &terminal.Screen{Err: &told}
			code := fault.Report(screen, "c", test.wait.lost(test.ctx, screen, taco, test.err))
			if code != test.code {
				t.Errorf("exit code %d", code)
			}
			if diff := cmp.Diff(test.want, told.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFailureNamesWhoIsToBlameOnce(t *testing.T) {
	t.Parallel()
	var told strings.Builder
	screen := &terminal.Screen{Err: &told}
	d := deployment(v1alpha1.StepFailed,
		object("one", v1alpha1.ActionCreated, v1alpha1.HealthUnhealthy, "crash loop"),
		object("two", v1alpha1.ActionCreated, v1alpha1.HealthUnhealthy, "no image"),
		object("three", v1alpha1.ActionCreated, v1alpha1.HealthHealthy, ""))
	d.Status.Operation.Failure = "Pod/one: crash loop"
	last, err := Wait{}.Run(t.Context(), screen, d)
	var failed *client.OperationError
	if !errors.As(err, &failed) || last != d {
		t.Errorf("got %v, %v", last, err)
	}
	if !strings.HasSuffix(told.String(), "Pod/two: no image\n") || strings.Contains(told.String(), "Pod/one: ") {
		t.Errorf("told %q", told.String())
	}
}

func TestTroubled(t *testing.T) {
	t.Parallel()
	d := deployment(v1alpha1.StepDone,
		object("well", v1alpha1.ActionCreated, v1alpha1.HealthHealthy, "all is well"),
		object("unknown", v1alpha1.ActionCreated, "", ""),
		object("deleted", v1alpha1.ActionDeleted, v1alpha1.HealthUnhealthy, "it was ill"),
		object("slow", v1alpha1.ActionCreated, v1alpha1.HealthInProgress, ""),
		object("ill", v1alpha1.ActionCreated, v1alpha1.HealthUnhealthy, ""),
		object("odd", v1alpha1.ActionCreated, "", "something is said"))
	var names []string
	for _, o := range Troubled(d) {
		names = append(names, o.Name)
	}
	if diff := cmp.Diff([]string{"slow", "ill", "odd"}, names); diff != "" {
		t.Error(diff)
	}
}
