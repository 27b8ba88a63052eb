package fault

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/embedded"
	"github.com/helm-dm/helm-dm/cmd/helm/input"
	"github.com/helm-dm/helm-dm/cmd/helm/target"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/repo"
)

func deployments() schema.GroupResource {
	return schema.GroupResource{Group: v1alpha1.GroupName, Resource: v1alpha1.ChartDeployments}
}

// ended is an operation that failed for a reason.
func ended(reason v1alpha1.Reason) error {
	return &client.OperationError{Name: "taco", Operation: v1alpha1.OperationStatus{Type: v1alpha1.OperationDeploy, Reason: reason, Failure: "it broke"}}
}

func TestExitCode(t *testing.T) {
	t.Parallel()
	absent := apierrors.NewNotFound(deployments(), "taco")
	for _, test := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("anything"), 1},
		{context.Canceled, 1},
		{ended(v1alpha1.ReasonUnhealthy), 1},
		{Told(1), 1},
		{Usage("bad"), 2},
		{kube.ErrConfig, 2},
		{chart.ErrInvalid, 2},
		{target.ErrInvalid, 2},
		{client.ErrTooLarge, 2},
		{input.ErrTooLarge, 2},
		{fs.ErrNotExist, 2},
		{fs.ErrPermission, 2},
		{ended(v1alpha1.ReasonInvalid), 2},
		{absent, 3},
		{NotFound("none"), 3},
		{NotFound("none").Mend("look"), 3},
		{Because("showing: %w", absent), 3},
		{Usage("bad: %w", absent), 2},
		{apierrors.NewAlreadyExists(deployments(), "taco"), 4},
		{apierrors.NewForbidden(deployments(), "taco", errors.New("no")), 5},
		{&url.Error{Op: "Get", URL: "https://example.com", Err: errors.New("refused")}, 6},
		{apierrors.NewServiceUnavailable("soon"), 6},
		{context.DeadlineExceeded, 7},
		{repo.Fail(repo.ErrNotFound, "no"), 3},
		{repo.Fail(repo.ErrExists, "no"), 4},
		{repo.Fail(repo.ErrUnauthorized, "no"), 5},
		{repo.Fail(repo.ErrUnavailable, "no: %w", &url.Error{Op: "Get", URL: "https://example.com", Err: errors.New("refused")}), 6},
		{repo.Fail(repo.ErrUnavailable, "no: %w", context.DeadlineExceeded), 7},
		{repo.Fail(repo.ErrRefused, "no"), 2},
		{repo.Fail(repo.ErrTooLarge, "no"), 2},
		{repo.Fail(repo.ErrUnchanged, "no"), 1},
	} {
		wrapped := test.err
		if wrapped != nil {
			wrapped = fmt.Errorf("doing: %w", wrapped)
		}
		if got, within := ExitCode(test.err), ExitCode(wrapped); got != test.want || within != test.want {
			t.Errorf("%v: got %d, and %d when it is wrapped, want %d", test.err, got, within, test.want)
		}
	}
}

func TestMeaningsCoverEveryCode(t *testing.T) {
	t.Parallel()
	lines := strings.Split(Meanings, "\n")
	if len(lines) != ExitTimeout+1 {
		t.Fatalf("%d lines", len(lines))
	}
	for code, line := range lines {
		if !strings.HasPrefix(line, fmt.Sprintf("%d  ", code)) {
			t.Errorf("line of code %d: %q", code, line)
		}
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	unanswered := &url.Error{Op: "Get", URL: "https://example.com/apis?x=y", Err: errors.New("connection refused")}
	bare := &apierrors.StatusError{ErrStatus: metav1.Status{Reason: metav1.StatusReasonNotFound, Code: 404, Message: "raw",
		Details: &metav1.StatusDetails{Causes: []metav1.StatusCause{{Type: metav1.CauseTypeUnexpectedServerResponse}}}}}
	answered := &apierrors.StatusError{ErrStatus: metav1.Status{Reason: metav1.StatusReasonServiceUnavailable, Code: 503, Message: "nobody listens there",
		Details: &metav1.StatusDetails{Kind: v1alpha1.Repositories}}}
	helpful := &apierrors.StatusError{ErrStatus: *answered.ErrStatus.DeepCopy()}
	helpful.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: v1alpha1.CauseTry, Message: "look"}}
	for _, test := range []struct {
		name, context string
		err           error
		code          int
		want          string
	}{
		{"done", "c", nil, 0, ""},
		{"told", "c", Told(ExitFailed), 1, ""},
		{"told, and wrapped", "c", fmt.Errorf("again: %w", Told(ExitConflict)), 4, ""},
		{"joined", "c", errors.Join(errors.New("it"), errors.New("broke"), errors.New("it")), 1, "Error: it; broke\n"},
		{"mended", "c", Usage("bad %q", "x").Mend("helm %s", "help"), 2, "Error: bad \"x\"\nTry: helm help\n"},
		{"interrupted", "c", fmt.Errorf("listing: %w", context.Canceled), 1, "Error: interrupted\n"},
		{"no answer", "c", unanswered, 6, "Error: the cluster at https://example.com does not answer: connection refused\nTry: kubectl cluster-info\n"},
		{"no answer of our own", embedded.Context, unanswered, 6, "Error: the cluster at https://example.com does not answer: connection refused\nTry: helm local up\n"},
		{"late", "c", &url.Error{Op: "Get", URL: "https://example.com/x", Err: context.DeadlineExceeded}, 7, "Error: the cluster at https://example.com did not answer in time\n"},
		{"another cluster", "c", &url.Error{Op: "Get", URL: "https://example.com/x", Err: &tls.CertificateVerificationError{Err: errors.New("unknown authority")}}, 6,
			"Error: the cluster at https://example.com is not the one that the kubeconfig trusts: tls: failed to verify certificate: unknown authority\nTry: kubectl config view --minify, to see what is used\n"},
		{"a bad token", "c", apierrors.NewUnauthorized("who are you"), 5, "Error: who are you\nTry: kubectl config view --minify, to see what is used\n"},
		{"not installed", "prod", bare, 6, "Error: Helm/DM is not installed on the cluster of context \"prod\"\nTry: helm local up (a cluster of your own, with Helm/DM on it)\n"},
		{"unavailable", "c", apierrors.NewServiceUnavailable("soon"), 6, "Error: the manager does not answer: soon\nTry: kubectl get apiservice v1alpha1.dm.helm.sh\n"},
		{"unavailable, says the manager", embedded.Context, answered, 6, "Error: nobody listens there\n"},
		{"unavailable, said an operation", embedded.Context, ended(v1alpha1.ReasonUnavailable), 6, "Error: Deploy of \"taco\" failed: it broke\n"},
		{"the manager knows what mends it", "c", fmt.Errorf("adding: %w", helpful), 6, "Error: adding: nobody listens there\nTry: look\n"},
		{"mended over the manager", "c", Because("adding: %w", helpful).Mend("wait"), 6, "Error: adding: nobody listens there\nTry: wait\n"},
		{"mended within", "c", Because("adding: %w", NotFound("no").Mend("wait")), 3, "Error: adding: no\nTry: wait\n"},
		{"a repository", "c", fmt.Errorf("releasing: %w", repo.Fail(repo.ErrUnavailable, "down: %w", unanswered).Mend("wait")), 6,
			"Error: releasing: down: " + unanswered.Error() + "\nTry: wait\n"},
		{"no kubeconfig", "", fmt.Errorf("%w: none", kube.ErrConfig), 2, "Error: " + kube.ErrConfig.Error() + ": none\nTry: helm local up, or --kubeconfig FILE and --context NAME for another cluster\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out, told strings.Builder
			code := Report(&terminal.Screen{Out: &out, Err: &told, Quiet: true}, test.context, test.err)
			if code != test.code || out.Len() > 0 {
				t.Errorf("exit code %d, want %d; answered %q", code, test.code, out.String())
			}
			if diff := cmp.Diff(test.want, told.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReportOfForbidden(t *testing.T) {
	t.Parallel()
	policy := &apierrors.StatusError{ErrStatus: metav1.Status{Reason: metav1.StatusReasonForbidden, Code: 403, Message: "link-local addresses are never dialled"}}
	for _, test := range []struct {
		err  error
		want string
	}{
		{apierrors.NewForbidden(deployments(), "taco", errors.New("no")), "Error: chartdeployments.dm.helm.sh \"taco\" is forbidden: no\nTry: kubectl auth can-i --list\n"},
		{policy, "Error: link-local addresses are never dialled\n"},
	} {
		var told strings.Builder
		if code := Report(&terminal.Screen{Err: &told}, "c", test.err); code != ExitDenied || told.String() != test.want {
			t.Errorf("exit code %d, told %q", code, told.String())
		}
	}
}
