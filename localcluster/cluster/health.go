package cluster

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"k8s.io/client-go/rest"

	"github.com/helm-dm/helm-dm/localcluster/process"
)

// answerTime is how long a health check may take.
const answerTime = 5 * time.Second

// probe asks one URL whether a process is of use.
type probe struct {
	client *http.Client
	url    string
}

// probe uses the certificates on file; it fails while there are none.
func (c *Cluster) probe(p part) (probe, error) {
	client, err := rest.HTTPClientFor(&rest.Config{
		Timeout: answerTime,
		TLSClientConfig: rest.TLSClientConfig{
			CAFile: c.path(crt(p.ca)), CertFile: c.path(crt(p.client)), KeyFile: c.path(key(p.client)),
		},
	})
	return probe{client, "https://" + loopback(p.port) + p.health}, err
}

// check returns nil when the answer is 200.
func (p probe) check(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url, nil)
	if err != nil {
		return fatal{err}
	}
	response, err := p.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 4<<10))
	if err != nil || response.StatusCode == http.StatusOK {
		return err
	}
	return fmt.Errorf("GET %s: %s: %s", p.url, response.Status, complaint(string(body)))
}

// complaint shortens the answer of a health check to what has failed.
func complaint(body string) string {
	var failed []string
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, "[-]") {
			failed = append(failed, strings.TrimSpace(strings.TrimPrefix(line, "[-]")))
		}
	}
	if failed == nil {
		failed = []string{strings.TrimSpace(body)}
	}
	return strings.Join(failed, "; ")
}

// tailLines is how much of a dead process's log goes into the error.
const tailLines = 10

// awaitProcess waits until the process answers its probe, and gives up when it dies.
func (c *Cluster) awaitProcess(ctx context.Context, name string, ask probe) error {
	err := await(ctx, name, func(ctx context.Context) error {
		p, err := c.table.Find(name)
		if err != nil {
			return fatal{err}
		}
		if !p.Alive {
			return fatal{c.died(p)}
		}
		return ask.check(ctx)
	})
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("%w; see %s", err, c.table.Log(name))
	}
	return err
}

func (c *Cluster) died(p process.Process) error {
	lines := c.table.Tail(p.Name, tailLines)
	if len(lines) == 0 {
		return fmt.Errorf("%s ended while it was starting, without a word in %s", p.Name, c.table.Log(p.Name))
	}
	return fmt.Errorf("%s ended while it was starting; the last lines of %s are:\n  %s",
		p.Name, c.table.Log(p.Name), strings.Join(lines, "\n  "))
}
