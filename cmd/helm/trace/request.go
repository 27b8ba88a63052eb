package main

import (
	"net/http"
	"time"

	"k8s.io/client-go/transport"

	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
)

// trace tells of every request and its answer, never of headers or bodies.
func trace(screen *terminal.Screen) transport.WrapperFunc {
	return func(next http.RoundTripper) http.RoundTripper {
		return tracer{screen, next}
	}
}

type tracer struct {
	screen *terminal.Screen
	next   http.RoundTripper
}

func (t tracer) RoundTrip(request *http.Request) (*http.Response, error) {
	start := time.Now()
	response, err := t.next.RoundTrip(request)
	outcome := "no answer"
	if err == nil {
		outcome = response.Status
	}
	t.screen.Complain("%s %s: %s in %v", request.Method, request.URL.Redacted(), outcome, time.Since(start).Round(time.Millisecond))
	return response, err
}

// warnings passes on what the API server warns of.
type warnings struct {
	screen *terminal.Screen
}

// HandleWarningHeader implements client-go's handler of warnings.
func (w warnings) HandleWarningHeader(code int, _ string, text string) {
	const miscellaneous = 299 // the only code in use (RFC 7234, section 5.5)
	if code == miscellaneous && text != "" {
		w.screen.Note("Warning: %s", text)
	}
}
