package failure_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/repo"
)

func TestReasonsOfRepositories(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  error
		want v1alpha1.Reason
	}{
		{repo.ErrNotFound, v1alpha1.ReasonNotFound},
		{repo.ErrInvalid, v1alpha1.ReasonInvalid},
		{repo.ErrTooLarge, v1alpha1.ReasonTooLarge},
		{repo.ErrExists, v1alpha1.ReasonAlreadyExists},
		{repo.ErrRefused, v1alpha1.ReasonForbidden},
		{repo.ErrUnauthorized, v1alpha1.ReasonForbidden},
		{repo.ErrUnavailable, v1alpha1.ReasonUnavailable},
		{context.DeadlineExceeded, v1alpha1.ReasonTimeout},
		{kube.ErrNoIdentity, v1alpha1.ReasonForbidden},
		{errors.New("anything"), v1alpha1.ReasonInternal},
	} {
		for _, err := range []error{test.err, fmt.Errorf("fetching: %w", test.err), repo.Fail(test.err, "it went wrong")} {
			if got := failure.ReasonOf(err); got != test.want {
				t.Errorf("%v is %s, want %s", err, got, test.want)
			}
		}
		known := failure.New(v1alpha1.ReasonConflict, "on the way: %w", test.err)
		if got := failure.ReasonOf(fmt.Errorf("doing: %w", known)); got != v1alpha1.ReasonConflict {
			t.Errorf("%v is %s", known, got)
		}
	}
}

func TestWhatMends(t *testing.T) {
	t.Parallel()
	below := repo.Fail(repo.ErrNotFound, "it is\nnot there").Mend("look elsewhere")
	for _, test := range []struct {
		err           error
		try, sentence string
	}{
		{errors.New("a\nb"), "", "a; b"},
		{errors.New("values don't fit the schemas of:\none:\n- at '/a': no\n- at '/b':\n  - at '/b/c': no\n\ntwo:\n- at '/a': no"), "",
			"values don't fit the schemas of: one: at '/a': no; at '/b': at '/b/c': no; two: at '/a': no"},
		{fmt.Errorf("fetching: %w", below), "look elsewhere", "fetching: it is; not there; try: look elsewhere"},
		{failure.New(v1alpha1.ReasonInvalid, "wrapped: %w", below), "look elsewhere", "wrapped: it is; not there; try: look elsewhere"},
		{failure.New(v1alpha1.ReasonInvalid, "wrapped: %w", below).Mend("helm %s", "search"), "helm search", "wrapped: it is; not there; try: helm search"},
	} {
		if got := failure.Try(test.err); got != test.try {
			t.Errorf("%v: try %q, want %q", test.err, got, test.try)
		}
		if got := failure.Sentence(test.err); got != test.sentence {
			t.Errorf("told %q, want %q", got, test.sentence)
		}
	}
}
