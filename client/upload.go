package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// Of an upload: how long one piece is tried, and how often the server may ask
// for bytes that it had before (another replica, or a restart).
const (
	piecePatience = 20 * time.Second
	maxRewinds    = 5
)

// ErrTooLarge says that a package exceeds v1alpha1.MaxPackageBytes.
var ErrTooLarge = errors.New("the package is too large")

// Packages uploads local charts.
type Packages struct {
	*Client
}

// Packages returns the door for uploads.
func (c *Client) Packages() *Packages {
	return &Packages{c}
}

// Upload sends the package with the given digest (sha256:HEX over data) in
// pieces and returns what the manager found in it. An upload that stopped
// earlier, be it another process's, goes on where it stopped. Progress, which
// may be nil, is told the bytes received and their total.
func (p *Packages) Upload(ctx context.Context, digest string, data []byte, progress func(sent, total int64)) (*v1alpha1.ChartPackage, error) {
	size := int64(len(data))
	if size > v1alpha1.MaxPackageBytes {
		return nil, fmt.Errorf("uploading a package of %d bytes: %w: at most %d bytes", size, ErrTooLarge, v1alpha1.MaxPackageBytes)
	}
	rewinds := 0
	pace := newRetry(piecePatience)
	for offset := int64(0); ; {
		piece := data[offset:min(offset+v1alpha1.MaxPieceBytes, size)]
		answer, err := p.send(ctx, pace, v1alpha1.ChartPackageSpec{Digest: digest, Size: size, Offset: offset, Data: piece})
		if err != nil {
			return nil, fmt.Errorf("uploading package %q: %w", digest, err)
		}
		if progress != nil {
			progress(answer.Status.Received, size)
		}
		received := answer.Status.Received
		if answer.Status.Committed {
			return answer, nil
		}
		if received <= offset {
			rewinds++
		}
		if received < 0 || received >= size || rewinds > maxRewinds {
			return nil, fmt.Errorf("uploading package %q: the manager has %d of %d bytes and goes no further", digest, received, size)
		}
		offset = received
	}
}

// send posts one piece. That is harmless twice, so it is tried again when
// nobody answers, unless nobody ever has, or when it is asked to come later.
func (p *Packages) send(ctx context.Context, pace *retry, piece v1alpha1.ChartPackageSpec) (*v1alpha1.ChartPackage, error) {
	body := &v1alpha1.ChartPackage{
		ObjectMeta: metav1.ObjectMeta{Name: strings.Replace(piece.Digest, ":", "-", 1)},
		Spec:       piece,
	}
	for {
		answer := &v1alpha1.ChartPackage{}
		err := p.rest.Post().Resource(v1alpha1.ChartPackages).Body(body).MaxRetries(0).Do(ctx).Into(answer)
		if err == nil {
			pace.succeeded()
			return answer, nil
		}
		if !pace.admitted && !apierrors.IsTooManyRequests(err) {
			return nil, cmp.Or(ctx.Err(), err)
		}
		if err := pace.failed(ctx, err); err != nil {
			return nil, err
		}
	}
}
