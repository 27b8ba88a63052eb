package main

import (
	"errors"
	"fmt"
	"net/url"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/embedded"
	"github.com/helm-dm/helm-dm/kube"
)

// fault is an error that knows its exit code, or a command that mends it.
type fault struct {
	err  error  // nil: what is wrong has been said already
	code int    // 0: decided by err
	try  string // empty: nothing to suggest
}

func (f *fault) Error() string {
	if f.err == nil {
		return fmt.Sprintf("exit code %d", f.code)
	}
	return f.err.Error()
}

func (f *fault) Unwrap() error { return f.err }

// mend adds the command to try.
func (f *fault) mend(format string, args ...any) *fault {
	return &fault{f.err, f.code, fmt.Sprintf(format, args...)}
}

// usage is an error of whoever typed the command.
func usage(format string, args ...any) *fault {
	return &fault{err: fmt.Errorf(format, args...), code: exitUsage}
}

// because is an error whose exit code is that of the one it wraps.
func because(format string, args ...any) *fault {
	return &fault{err: fmt.Errorf(format, args...)}
}

// told ends a command whose output already says what is wrong.
func told(code int) *fault { return &fault{code: code} }

// report tells of err, unless that was done, and returns the exit code.
func report(w *world, err error) int {
	code := exitCode(err)
	var own *fault
	if err == nil || errors.As(err, &own) && own.err == nil {
		return code
	}
	w.screen.Complain("Error: %s", message(w, err))
	if try := advice(w, err); try != "" {
		w.screen.Complain("Try: %s", try)
	}
	return code
}

// message words err. The library's words for a lost connection begin with the
// request, which is of no interest to people.
func message(w *world, err error) string {
	var connection *url.Error
	switch {
	case client.IsNotInstalled(err):
		return fmt.Sprintf("Helm/DM is not installed on the cluster of context %q", w.context)
	case client.KindOf(err) == client.KindInterrupted:
		return "interrupted"
	case errors.As(err, &connection) && client.KindOf(err) == client.KindUnreachable:
		return fmt.Sprintf("the cluster at %s does not answer: %v", host(connection.URL), connection.Err)
	case client.KindOf(err) == client.KindUnreachable && apierrors.ReasonForError(err) != "":
		return fmt.Sprintf("the manager does not answer: %v", err)
	}
	return err.Error()
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "its address"
	}
	return u.Scheme + "://" + u.Host
}

// advice is a command that may mend err.
func advice(w *world, err error) string {
	var own *fault
	var connection *url.Error
	switch {
	case errors.As(err, &own) && own.try != "":
		return own.try
	case client.KindOf(err) == client.KindUnreachable && w.context == embedded.Context:
		return "helm local up"
	case client.IsNotInstalled(err):
		return "helm local up (a cluster of your own, with Helm/DM on it)"
	case errors.Is(err, kube.ErrConfig):
		return "helm local up, or --kubeconfig FILE and --context NAME for another cluster"
	case errors.As(err, &connection) && client.KindOf(err) == client.KindUnreachable:
		return "kubectl cluster-info"
	case apierrors.IsServiceUnavailable(err):
		return "kubectl get apiservice v1alpha1.dm.helm.sh"
	case apierrors.IsForbidden(err):
		return "kubectl auth can-i --list"
	}
	return ""
}
