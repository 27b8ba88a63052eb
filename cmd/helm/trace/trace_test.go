package trace

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
)

// answer is that to every request.
type answer struct {
	response *http.Response
	err      error
}

func (a answer) RoundTrip(*http.Request) (*http.Response, error) { return a.response, a.err }

func TestRequests(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken pipe")
	for _, test := range []struct {
		next answer
		want string
	}{
		{answer{&http.Response{Status: "201 Created"}, nil}, `^POST https://ann:xxxxx@example\.com/apis\?watch=true: 201 Created in \d+m?s\n$`},
		{answer{nil, broken}, `^POST https://ann:xxxxx@example\.com/apis\?watch=true: no answer in \d+m?s\n$`},
	} {
		var told strings.Builder
		screen := &terminal.Screen{Err: &told, Quiet: true}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://ann:word@example.com/apis?watch=true", strings.NewReader("body"))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer token")
		response, err := Requests(screen)(test.next).RoundTrip(request) //nolint:bodyclose // the made-up answers have no body
		if response != test.next.response || !errors.Is(err, test.next.err) {
			t.Errorf("got %v, %v", response, err)
		}
		if !regexp.MustCompile(test.want).MatchString(told.String()) {
			t.Errorf("told %q, want %s", told.String(), test.want)
		}
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	var told strings.Builder
	w := Warnings{&terminal.Screen{Err: &told}}
	w.HandleWarningHeader(299, "agent", "it is\nold")
	w.HandleWarningHeader(299, "agent", "")
	w.HandleWarningHeader(199, "agent", "another code")
	if diff := cmp.Diff("Warning: it is old\n", told.String()); diff != "" {
		t.Error(diff)
	}
}
