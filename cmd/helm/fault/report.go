package fault

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/embedded"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/repo"
)

// Report tells of err, unless that was done, and returns the exit code. The
// cluster is called by its context in the kubeconfig, which is empty as long as
// none was opened.
func Report(screen *terminal.Screen, context string, err error) int {
	code := ExitCode(err)
	var own *Error
	if err == nil || errors.As(err, &own) && own.err == nil {
		return code
	}
	screen.Complain("Error: %s", once(message(context, err)))
	if try := advice(context, err); try != "" {
		screen.Complain("Try: %s", try)
	}
	return code
}

// once makes one line of the errors that were joined, each of them told once.
func once(text string) string {
	var told []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !slices.Contains(told, line) {
			told = append(told, line)
		}
	}
	return strings.Join(told, "; ")
}

// message words err. The library's words for a lost connection begin with the
// request, which is of no interest to people.
func message(context string, err error) string {
	var connection *url.Error
	var place *repo.Error
	switch {
	case errors.As(err, &place) && client.KindOf(err) != client.KindInterrupted:
		return err.Error() // the connection is that to a repository
	case client.IsNotInstalled(err):
		return fmt.Sprintf("Helm/DM is not installed on the cluster of context %q", context)
	case client.KindOf(err) == client.KindInterrupted:
		return "interrupted"
	case errors.As(err, &connection) && untrusted(err):
		return fmt.Sprintf("the cluster at %s is not the one that the kubeconfig trusts: %v", host(connection.URL), connection.Err)
	case errors.As(err, &connection) && client.KindOf(err) == client.KindTimeout:
		return fmt.Sprintf("the cluster at %s did not answer in time", host(connection.URL))
	case errors.As(err, &connection) && client.KindOf(err) == client.KindUnreachable:
		return fmt.Sprintf("the cluster at %s does not answer: %v", host(connection.URL), connection.Err)
	case client.KindOf(err) == client.KindUnreachable && apierrors.ReasonForError(err) != "" && !answered(err):
		return fmt.Sprintf("the manager does not answer: %v", err)
	}
	return err.Error()
}

// answered says whether the error is an answer of the manager, or an operation of
// its, that did not reach somebody else.
func answered(err error) bool {
	if _, failed := errors.AsType[*client.OperationError](err); failed {
		return true
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) || apierrors.HasStatusCause(err, metav1.CauseTypeUnexpectedServerResponse) {
		return false
	}
	details := status.Status().Details
	return details != nil && details.Kind != ""
}

// untrusted says whether the cluster's certificate was refused.
func untrusted(err error) bool {
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &certificate)
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "its address"
	}
	return u.Scheme + "://" + u.Host
}

// advice is a command that may mend err.
func advice(context string, err error) string {
	own := outermost(err, func(e *Error) bool { return e.try != "" })
	var connection *url.Error
	var place *repo.Error
	switch {
	case own != nil:
		return own.try
	case errors.As(err, &place):
		return place.Try
	case client.Try(err) != "":
		return client.Try(err)
	case answered(err) && client.KindOf(err) == client.KindUnreachable:
		return ""
	case client.KindOf(err) == client.KindUnreachable && context == embedded.Context:
		return "helm local up"
	case client.IsNotInstalled(err):
		return "helm local up (a cluster of your own, with Helm/DM on it)"
	case errors.Is(err, kube.ErrConfig):
		return "helm local up, or --kubeconfig FILE and --context NAME for another cluster"
	case apierrors.IsUnauthorized(err), untrusted(err):
		return "kubectl config view --minify, to see what is used"
	case errors.As(err, &connection) && client.KindOf(err) == client.KindUnreachable:
		return "kubectl cluster-info"
	case apierrors.IsServiceUnavailable(err):
		return "kubectl get apiservice v1alpha1.dm.helm.sh"
	case apierrors.IsForbidden(err) && strings.Contains(err.Error(), "is forbidden: "): // not in words of the manager's own
		return "kubectl auth can-i --list"
	}
	return ""
}
