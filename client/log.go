package client

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// maxLine bounds one line of a log in bytes.
const maxLine = 1 << 20

// Log streams the progress of the deployment's operation, a v1alpha1.LogLine in
// JSON a line. The caller closes it.
func (d *Deployments) Log(ctx context.Context, name string, options v1alpha1.DeploymentLogOptions) (io.ReadCloser, error) {
	return d.request(d.rest.Get()).Name(name).SubResource(v1alpha1.SubresourceLog).
		VersionedParams(&options, d.params).MaxRetries(0).Stream(ctx)
}

// Tail follows the log of an operation until that has ended, and calls see with
// each line once, across lost connections. What is not the deployment's last
// operation has ended, and so has that of a deployment that does not exist.
func (d *Deployments) Tail(ctx context.Context, name, operation string, see func(v1alpha1.LogLine)) error {
	told := map[string]bool{} // a log that is opened again begins at its start
	pace := newRetry(d.patience())
	for {
		before := len(told)
		err := d.tail(ctx, name, operation, told, see)
		if err == nil || KindOf(err) == KindNotFound {
			ended, asked := d.ended(ctx, name, operation)
			if ended {
				return nil
			}
			err = asked
		}
		if len(told) > before {
			pace.succeeded()
		}
		if err := pace.failed(ctx, err); err != nil {
			return fmt.Errorf("reading the log of %q: %w", name, err)
		}
	}
}

func (d *Deployments) tail(ctx context.Context, name, operation string, told map[string]bool, see func(v1alpha1.LogLine)) error {
	stream, err := d.Log(ctx, name, v1alpha1.DeploymentLogOptions{Follow: true, Operation: operation})
	if err != nil {
		return err
	}
	defer stream.Close()
	lines := bufio.NewScanner(stream)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		text := lines.Text()
		var line v1alpha1.LogLine
		if told[text] || json.Unmarshal([]byte(text), &line) != nil {
			continue // told already, or cut off in the middle
		}
		told[text] = true
		see(line)
	}
	return ctx.Err()
}

// ended asks whether a log that came to its end did so with its operation.
func (d *Deployments) ended(ctx context.Context, name, operation string) (bool, error) {
	found, err := d.Get(ctx, name)
	if KindOf(err) == KindNotFound {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return !Running(found) || found.Status.Operation.ID != operation, nil
}
