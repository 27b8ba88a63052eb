package trace

import (
	"net/http"
	"time"

	"k8s.io/client-go/transport"

	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
)

// Requests wraps a transport so that the screen tells of every request and
// what came of it.
func Requests(screen *terminal.Screen) transport.WrapperFunc {
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
