package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

func TestKindOfAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		answer func(http.ResponseWriter, *http.Request)
		want   Kind
	}{
		{"a wrong name", failure(422, metav1.StatusReasonInvalid, "no"), KindInvalid},
		{"a bad request", failure(400, metav1.StatusReasonBadRequest, "no"), KindInvalid},
		{"a body that is too large", failure(413, metav1.StatusReasonRequestEntityTooLarge, "no"), KindInvalid},
		{"an unknown deployment", failure(404, metav1.StatusReasonNotFound, "no"), KindNotFound},
		{"a taken name", failure(409, metav1.StatusReasonAlreadyExists, "no"), KindConflict},
		{"a conflict", failure(409, metav1.StatusReasonConflict, "no"), KindConflict},
		{"no credentials", failure(401, metav1.StatusReasonUnauthorized, "no"), KindDenied},
		{"no rights", failure(403, metav1.StatusReasonForbidden, "no"), KindDenied},
		{"a full server", failure(429, metav1.StatusReasonTooManyRequests, "no"), KindUnreachable},
		{"a status that says unavailable", failure(503, metav1.StatusReasonServiceUnavailable, "no"), KindUnreachable},
		{"a server timeout", failure(504, metav1.StatusReasonTimeout, "no"), KindTimeout},
		{"an internal error", failure(500, metav1.StatusReasonInternalError, "no"), KindFailed},
		{"the aggregator without a backend", text(503, "service unavailable"), KindUnreachable},
		{"a proxy without a backend", text(502, "bad gateway"), KindUnreachable},
		{"an unknown API group", text(404, "404 page not found"), KindUnreachable},
		{"a broken connection", cut, KindUnreachable},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := serve(t, step{"DELETE " + shop + "/web", test.answer})
			_, err := c.Deployments("shop").Delete(t.Context(), "web", metav1.DeleteOptions{})
			if got := KindOf(fmt.Errorf("wrapped: %w", err)); got != test.want {
				t.Errorf("%v is %q, want %q", err, got, test.want)
			}
			if got, want := IsNotInstalled(err), test.name == "an unknown API group"; got != want {
				t.Errorf("not installed is %v", got)
			}
		})
	}
}

func TestKindOfOperations(t *testing.T) {
	t.Parallel()
	want := map[v1alpha1.Reason]Kind{
		v1alpha1.ReasonInvalid:       KindInvalid,
		v1alpha1.ReasonTooLarge:      KindInvalid,
		v1alpha1.ReasonNotFound:      KindNotFound,
		v1alpha1.ReasonConflict:      KindConflict,
		v1alpha1.ReasonAlreadyExists: KindConflict,
		v1alpha1.ReasonForbidden:     KindDenied,
		v1alpha1.ReasonUnavailable:   KindUnreachable,
		v1alpha1.ReasonTimeout:       KindTimeout,
		v1alpha1.ReasonUnhealthy:     KindFailed,
		v1alpha1.ReasonCancelled:     KindFailed,
		v1alpha1.ReasonExpired:       KindFailed,
		v1alpha1.ReasonInternal:      KindFailed,
	}
	for reason, kind := range want {
		d := deployment("1", v1alpha1.StepFailed)
		d.Status.Operation.Reason = reason
		if got := KindOf(Outcome(d)); got != kind {
			t.Errorf("%s is %q, want %q", reason, got, kind)
		}
	}
}

func TestKindOfContexts(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]Kind{
		context.Canceled:         KindInterrupted,
		context.DeadlineExceeded: KindTimeout,
		errors.New("else"):       KindFailed,
	} {
		if got := KindOf(fmt.Errorf("wrapped: %w", err)); got != want {
			t.Errorf("%v is %q, want %q", err, got, want)
		}
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	c, err := New(&rest.Config{Host: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Deployments("shop").Get(t.Context(), "web")
	if got := KindOf(err); got != KindUnreachable {
		t.Errorf("%v is %q", err, got)
	}
}
