package manager_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/state"
)

func stateKey(name string) state.Key { return state.Key{Namespace: "shop", Name: name} }

func (h *house) log(o v1alpha1.DeploymentLogOptions) []string {
	h.t.Helper()
	var told []string
	err := h.Log(h.t.Context(), blue(), &o, func(l v1alpha1.LogLine) error {
		if l.Object != nil {
			told = append(told, fmt.Sprintf("%s/%s %s %s", l.Object.Kind, l.Object.Name, l.Object.Action, l.Object.Health))
		} else {
			told = append(told, string(l.Step))
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return told
}

func TestLogTellsTheSameOnEveryReplica(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart))))
	want := []string{
		"Accepted", "Fetching", "Rendering", "Planning", "Applying", "Waiting",
		"Secret/blue created Healthy", "ConfigMap/blue created Healthy", "Service/blue created Healthy", "Done",
	}
	for _, replica := range []*house{h, open(t, h)} {
		if diff := cmp.Diff(want, replica.log(v1alpha1.DeploymentLogOptions{})); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	}
}

func TestLogFollowsToTheEnd(t *testing.T) {
	t.Parallel()
	h := open(t)
	leave := make(chan struct{})
	h.cluster.Before = func(_ string, object *unstructured.Unstructured) error {
		if object.GetKind() == "Service" {
			<-leave
		}
		return nil
	}
	accepted, err := h.Deploy(t.Context(), ada(), wanted("blue", h.upload(ada(), pack(t, webChart))), false)
	if err != nil {
		t.Fatal(err)
	}
	var last v1alpha1.Step
	err = h.Log(t.Context(), blue(), &v1alpha1.DeploymentLogOptions{Follow: true, Operation: accepted.Status.Operation.ID}, func(l v1alpha1.LogLine) error {
		if l.Step != "" {
			last = l.Step
		}
		if l.Step == v1alpha1.StepApplying {
			close(leave)
		}
		return nil
	})
	if err != nil || last != v1alpha1.StepDone {
		t.Errorf("the last step told is %s (%v)", last, err)
	}
}

func TestLogOfNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	never := func(v1alpha1.LogLine) error { return errors.New("told") }
	wantReason(t, h.Log(t.Context(), blue(), &v1alpha1.DeploymentLogOptions{}, never), v1alpha1.ReasonNotFound, "does not exist")
	h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart))))
	err := h.Log(t.Context(), blue(), &v1alpha1.DeploymentLogOptions{Operation: "OTHER"}, never)
	wantReason(t, err, v1alpha1.ReasonNotFound, `operation "OTHER" is not the last one`)
	err = h.CheckLog(t.Context(), blue(), &v1alpha1.DeploymentLogOptions{Operation: "OTHER"})
	wantReason(t, err, v1alpha1.ReasonNotFound, `operation "OTHER" is not the last one`)
	if err := h.CheckLog(t.Context(), blue(), &v1alpha1.DeploymentLogOptions{}); err != nil {
		t.Errorf("there is a log, and the check says %v", err)
	}
}
