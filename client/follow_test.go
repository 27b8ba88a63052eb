package client

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

const (
	watchShop = "GET " + shop
	getWeb    = "GET " + shop + "/web"
)

// watched answers a watch that must start at version.
func watched(t *testing.T, version string, events ...any) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		got := []string{query.Get("watch"), query.Get("fieldSelector"), query.Get("resourceVersion")}
		if diff := cmp.Diff([]string{"true", "metadata.name=web", version}, got); diff != "" {
			t.Error(diff)
		}
		stream(events...)(w, r)
	}
}

func modified(version string, step v1alpha1.Step) event {
	return event{"MODIFIED", deployment(version, step)}
}

// follow follows op1 of web from version 1 and returns the steps seen.
func follow(t *testing.T, c *Client, from string) (*v1alpha1.ChartDeployment, []v1alpha1.Step, error) {
	t.Helper()
	var steps []v1alpha1.Step
	last, err := c.Deployments("shop").Follow(t.Context(), "web", "op1", from, func(d *v1alpha1.ChartDeployment) {
		steps = append(steps, d.Status.Operation.Step)
	})
	return last, steps, err
}

func TestFollowGoesOnUntilDone(t *testing.T) {
	t.Parallel()
	bookmark := deployment("4", v1alpha1.StepAccepted)
	bookmark.Name, bookmark.Status = "", v1alpha1.ChartDeploymentStatus{}
	expired := metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Code: 410, Reason: metav1.StatusReasonExpired}
	c := serve(t,
		step{watchShop, watched(t, "1", modified("2", v1alpha1.StepFetching), modified("3", v1alpha1.StepRendering), event{"BOOKMARK", bookmark})},
		step{watchShop, text(503, "service unavailable")},
		step{watchShop, failure(401, metav1.StatusReasonUnauthorized, "the manager has just started")},
		step{watchShop, cut},
		step{watchShop, watched(t, "4")},
		step{watchShop, watched(t, "4", event{"ERROR", expired})},
		step{getWeb, object(deployment("5", v1alpha1.StepApplying))},
		step{watchShop, watched(t, "5", modified("6", v1alpha1.StepDone))},
	)
	last, steps, err := follow(t, c, "1")
	if err != nil {
		t.Fatal(err)
	}
	want := []v1alpha1.Step{v1alpha1.StepFetching, v1alpha1.StepRendering, v1alpha1.StepApplying, v1alpha1.StepDone}
	if diff := cmp.Diff(want, steps); diff != "" {
		t.Error(diff)
	}
	if last.ResourceVersion != "6" || last.Kind != "ChartDeployment" {
		t.Errorf("last is %+v", last.ObjectMeta)
	}
}

func TestFollowFailure(t *testing.T) {
	t.Parallel()
	failed := deployment("2", v1alpha1.StepFailed)
	failed.Status.Operation.Reason, failed.Status.Operation.Failure = v1alpha1.ReasonInvalid, "template is wrong"
	for _, kind := range []string{"MODIFIED", "DELETED"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := serve(t, step{watchShop, stream(event{kind, failed})})
			last, _, err := follow(t, c, "1")
			if err != nil {
				t.Fatal(err)
			}
			var operation *OperationError
			if err := Outcome(last); !errors.As(err, &operation) || err.Error() != `Deploy of "web" failed: template is wrong` {
				t.Errorf("outcome is %v", err)
			}
		})
	}
}

func TestFollowLosesSight(t *testing.T) {
	t.Parallel()
	other := deployment("2", v1alpha1.StepApplying)
	other.Status.Operation.ID = "op2"
	tests := []struct {
		name  string
		from  string
		steps []step
		want  error
	}{
		{"deleted under way", "1", []step{{watchShop, stream(event{"DELETED", deployment("2", v1alpha1.StepApplying)})}}, ErrGone},
		{"gone when asked again", "", []step{{getWeb, failure(404, metav1.StatusReasonNotFound, "no")}}, ErrGone},
		{"another operation", "1", []step{{watchShop, stream(event{"MODIFIED", other})}}, ErrSuperseded},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := follow(t, serve(t, test.steps...), test.from)
			if !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

func TestFollowGivesUp(t *testing.T) {
	t.Parallel()
	t.Run("at once where it is denied", func(t *testing.T) {
		t.Parallel()
		c := serve(t, step{watchShop, failure(403, metav1.StatusReasonForbidden, "no")})
		if _, _, err := follow(t, c, "1"); KindOf(err) != KindDenied {
			t.Errorf("got %v", err)
		}
	})
	t.Run("at once where it was never let in", func(t *testing.T) {
		t.Parallel()
		c := serve(t, step{watchShop, failure(401, metav1.StatusReasonUnauthorized, "no")})
		if _, _, err := follow(t, c, "1"); KindOf(err) != KindDenied {
			t.Errorf("got %v", err)
		}
	})
	t.Run("when its patience ends", func(t *testing.T) {
		t.Parallel()
		c := serve(t, step{watchShop, cut}, step{watchShop, cut})
		c.Patience = time.Millisecond
		if _, _, err := follow(t, c, "1"); KindOf(err) != KindUnreachable {
			t.Errorf("got %v", err)
		}
	})
}
