package manager_test

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/state"
)

// randomChart renders differently each time.
const randomChart = webChart + `
-- templates/random.yaml --
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-random
data:
  value: {{ randAlphaNum 20 }}
`

// crash starts a deploy on h, kills h once all but the Service is applied, and
// returns what was accepted.
func crash(t *testing.T, h *house) *v1alpha1.ChartDeployment {
	t.Helper()
	reached, die := make(chan struct{}), make(chan struct{})
	var first atomic.Bool
	h.cluster.Before = func(_ string, object *unstructured.Unstructured) error {
		if object.GetKind() == "Service" && first.CompareAndSwap(false, true) {
			close(reached)
			<-die
			return errDead
		}
		return nil
	}
	accepted, err := h.Deploy(t.Context(), ada(), wanted("blue", h.upload(ada(), pack(t, randomChart))), false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	select {
	case <-reached:
	case <-ctx.Done():
		t.Fatal("the Service was never applied")
	}
	h.dead.Store(true)
	close(die)
	return accepted
}

// drawn is the random value in the cluster.
func (h *house) drawn() string {
	h.t.Helper()
	live, err := h.cluster.Get(h.t.Context(), configMap("blue-random"))
	if err != nil {
		h.t.Fatal(err)
	}
	value, _, err := unstructured.NestedString(live.Object, "data", "value")
	if err != nil || value == "" {
		h.t.Fatalf("no value in %v (%v)", live.Object, err)
	}
	return value
}

func TestOperationOfADeadReplicaIsTakenOver(t *testing.T) {
	t.Parallel()
	dead := open(t)
	accepted := crash(t, dead)
	value := dead.drawn()
	heir := open(t, dead)
	done := heir.ended(accepted)
	if o := done.Status.Operation; o.Step != v1alpha1.StepDone {
		t.Errorf("ended in step %s: %s", o.Step, o.Failure)
	}
	if got := heir.drawn(); got != value {
		t.Errorf("the heir rendered anew: %q, want %q", got, value)
	}
	if !slices.Contains(heir.cluster.Names(), "Service/blue") {
		t.Errorf("the Service is missing: %v", heir.cluster.Names())
	}
	heir.mu.Lock()
	defer heir.mu.Unlock()
	if len(heir.as) == 0 || slices.ContainsFunc(heir.as, func(id kube.Identity) bool { return id.User != "ada" }) {
		t.Errorf("the heir acted as %v", heir.as)
	}
}

func TestStoppedReplicaLeavesItsWork(t *testing.T) {
	t.Parallel()
	first := open(t)
	pod := func(_ string, object *unstructured.Unstructured) error {
		if object.GetKind() == "Pod" {
			return unstructured.SetNestedField(object.Object, "Pending", "status", "phase")
		}
		return nil
	}
	first.cluster.Before = pod
	chart := webChart + "-- templates/pod.yaml --\napiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n"
	accepted, err := first.Deploy(t.Context(), ada(), wanted("blue", first.upload(ada(), pack(t, chart))), false)
	if err != nil {
		t.Fatal(err)
	}
	first.until(accepted, func(cd *v1alpha1.ChartDeployment) bool { return cd.Status.Operation.Step == v1alpha1.StepWaiting })
	first.stop()
	ref := configMap("blue")
	ref.Kind = "Pod"
	second := open(t, first)
	second.cluster.Change(ref, func(o *unstructured.Unstructured) {
		o.Object["status"] = map[string]any{"phase": "Running", "conditions": []any{map[string]any{"type": "Ready", "status": "True"}}}
	})
	if o := second.ended(accepted).Status.Operation; o.Step != v1alpha1.StepDone {
		t.Errorf("ended in step %s: %s", o.Step, o.Failure)
	}
}

func TestResumeAsksForTheRightsAgain(t *testing.T) {
	t.Parallel()
	dead := open(t)
	accepted := crash(t, dead)
	heir := build(t, dead)
	heir.deny(kube.Permission{Verb: "create", Group: "dm.helm.sh", Resource: "chartdeployments", Namespace: "shop"})
	heir.run()
	done := heir.ended(accepted)
	if o := done.Status.Operation; o.Reason != v1alpha1.ReasonForbidden || !strings.Contains(o.Failure, "may not create chartdeployments.dm.helm.sh") {
		t.Errorf("ended with %s: %s", o.Reason, o.Failure)
	}
	if slices.Contains(heir.cluster.Names(), "Service/blue") {
		t.Error("the Service was applied without the right to it")
	}
}

func TestOldOperationIsNotResumed(t *testing.T) {
	t.Parallel()
	dead := open(t)
	accepted := crash(t, dead)
	records := state.NewRecords(dead.secrets, "helm-dm")
	r, err := records.Get(t.Context(), blue())
	if err != nil {
		t.Fatal(err)
	}
	r.Operation.Started = time.Now().Add(-2 * time.Hour)
	if _, err := records.Update(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if o := open(t, dead).ended(accepted).Status.Operation; o.Reason != v1alpha1.ReasonExpired {
		t.Errorf("ended with %s: %s", o.Reason, o.Failure)
	}
}

func TestForgedReleaseIsNotResumed(t *testing.T) {
	t.Parallel()
	dead := open(t)
	accepted := crash(t, dead)
	name := "sh.helm.release.v1.blue.v1"
	forged, err := dead.secrets.Get(t.Context(), "shop", name)
	if err != nil {
		t.Fatal(err)
	}
	forged.Data["release"] = []byte("H4sIAAAAAAAA") // another payload
	if _, err := dead.secrets.Update(t.Context(), forged); err != nil {
		t.Fatal(err)
	}
	done := open(t, dead).ended(accepted)
	if o := done.Status.Operation; o.Reason != v1alpha1.ReasonConflict || !strings.Contains(o.Failure, "altered by somebody else") {
		t.Errorf("ended with %s: %s", o.Reason, o.Failure)
	}
	record, err := state.NewRecords(dead.secrets, "helm-dm").Get(t.Context(), blue())
	if err != nil || record.Revision().Outcome != state.StatusFailed {
		t.Errorf("the revision is on record as %q (%v), want %q", record.Revision().Outcome, err, state.StatusFailed)
	}
}

func TestPanicFailsOneOperation(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.cluster.Before = func(_ string, object *unstructured.Unstructured) error {
		if object.GetName() == "blue" {
			panic("boom")
		}
		return nil
	}
	reference := h.upload(ada(), pack(t, webChart))
	if o := h.deploy(wanted("blue", reference)).Status.Operation; o.Step != v1alpha1.StepFailed {
		t.Errorf("blue ended in step %s", o.Step)
	}
	if o := h.deploy(wanted("green", reference)).Status.Operation; o.Step != v1alpha1.StepDone {
		t.Errorf("green ended with %s: %s", o.Reason, o.Failure)
	}
}

// shelve stores a record of a deployment whose operation a replica that is gone
// left in some state.
func (h *house) shelve(change func(*state.Record)) {
	h.t.Helper()
	r := &state.Record{
		Key: blue(), Generation: 1, Chart: "localchart/web",
		Operation: state.Operation{
			ID: "LEFT", Type: string(v1alpha1.OperationDeploy), Step: string(v1alpha1.StepAccepted),
			Caller: ada(), Holder: "gone", Started: time.Now().UTC(),
		},
	}
	change(r)
	if _, err := state.NewRecords(h.secrets, "helm-dm").Create(h.t.Context(), r); err != nil {
		h.t.Fatal(err)
	}
}

func TestWhatEndedButWasNotForgottenIs(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*state.Operation){
		"a deletion": func(o *state.Operation) {
			o.Type, o.Step, o.Wrote = string(v1alpha1.OperationDelete), string(v1alpha1.StepDone), true
		},
		"a deploy that wrote nothing": func(o *state.Operation) {
			o.Step, o.Reason = string(v1alpha1.StepFailed), string(v1alpha1.ReasonInvalid)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := build(t)
			h.shelve(func(r *state.Record) {
				change(&r.Operation)
				r.Operation.Finished = time.Now().UTC()
			})
			h.run()
			for until := time.Now().Add(patience); h.books() != ""; time.Sleep(10 * time.Millisecond) {
				if time.Now().After(until) {
					t.Fatalf("books are %q, want them empty", h.books())
				}
			}
		})
	}
}

func TestOperationThatEndsReplicasIsGivenUp(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.shelve(func(r *state.Record) { r.Operation.Heirs, r.Operation.Wrote = 3, true })
	h.run()
	done := h.until(&v1alpha1.ChartDeployment{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "blue"}},
		func(cd *v1alpha1.ChartDeployment) bool { return cd.Status.Operation.Finished != nil })
	if o := done.Status.Operation; o.Reason != v1alpha1.ReasonInternal || !strings.Contains(o.Failure, "given up") {
		t.Errorf("ended with %s: %s", o.Reason, o.Failure)
	}
}
