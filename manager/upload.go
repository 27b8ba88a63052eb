package manager

import (
	"context"
	"errors"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/manager/operation"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/state/chartstore"
)

// Upload takes one piece of a package from id and answers how far the upload is.
// The last piece commits it: bytes that do not have the digest, or are no chart,
// are Invalid, and everything that had arrived is forgotten.
func (m *Manager) Upload(ctx context.Context, id kube.Identity, p *v1alpha1.ChartPackage) (*v1alpha1.ChartPackage, error) {
	if id.User == "" {
		return nil, failure.New(v1alpha1.ReasonForbidden, "uploading: %w", kube.ErrNoIdentity)
	}
	if err := validatePiece(p); err != nil {
		return nil, err
	}
	owner, spec := id.Owner(), p.Spec
	if spec.Offset == 0 {
		if err := m.admitUpload(ctx, owner, spec); err != nil {
			return nil, err
		}
	}
	if spec.Offset == 0 && int64(len(spec.Data)) == spec.Size {
		whole := func(context.Context) ([]byte, error) { return spec.Data, nil }
		return m.commit(ctx, owner, spec.Digest, whole, &chartstore.Upload{Size: spec.Size})
	}
	up, err := m.books.Uploads.Append(ctx, owner, spec.Digest, spec.Size, spec.Offset, spec.Data)
	switch {
	case errors.Is(err, chartstore.ErrUpload):
		return nil, failure.New(v1alpha1.ReasonInvalid, "%w", err)
	case apierrors.IsConflict(err), apierrors.IsAlreadyExists(err):
		return nil, failure.New(v1alpha1.ReasonConflict, "package %s is being uploaded twice at once: try again", spec.Digest)
	case err != nil:
		return nil, err
	}
	if up.Committed || up.Received < up.Size {
		return packageView(spec.Digest, up), nil
	}
	pieces := func(ctx context.Context) ([]byte, error) { return m.books.Uploads.Content(ctx, owner, spec.Digest, up) }
	return m.commit(ctx, owner, spec.Digest, pieces, up)
}

// Package tells id how far an upload of theirs is.
func (m *Manager) Package(ctx context.Context, id kube.Identity, name string) (*v1alpha1.ChartPackage, error) {
	digest := strings.Replace(name, "-", ":", 1)
	if chart.IsDigest(digest) {
		up, err := m.books.Uploads.Get(ctx, id.Owner(), digest)
		if err == nil {
			return packageView(digest, up), nil
		}
		if !apierrors.IsNotFound(err) {
			return nil, err
		}
	}
	return nil, failure.New(v1alpha1.ReasonNotFound, "package %q was not uploaded by %q", name, id.User)
}

// commit checks a whole package, stores it, and gives its owner the right to it.
// The package is read when a worker wants it, and once more to be stored, so that
// nobody holds one while they wait.
func (m *Manager) commit(ctx context.Context, owner, digest string, read func(context.Context) ([]byte, error), up *chartstore.Upload) (*v1alpha1.ChartPackage, error) {
	verified := func(ctx context.Context) ([]byte, error) {
		data, err := read(ctx)
		if err != nil {
			return nil, err
		}
		if got := chart.Digest(data); got != digest {
			return nil, fmt.Errorf("%w: the bytes that arrived have digest %s", chartstore.ErrUpload, got)
		}
		return data, nil
	}
	told, err := m.Renderer.Inspect(ctx, job.Package{Owner: owner, Digest: digest, Open: verified})
	if err == nil {
		err = m.keep(ctx, digest, verified)
	}
	if err != nil {
		return nil, m.abandon(ctx, owner, digest, err)
	}
	if err := m.books.Uploads.Commit(ctx, owner, digest, up); err != nil {
		if !apierrors.IsAlreadyExists(err) && !apierrors.IsConflict(err) {
			return nil, err
		}
		if err := m.recommit(ctx, owner, digest); err != nil {
			return nil, err
		}
	}
	answer := packageView(digest, &chartstore.Upload{Size: up.Size, Received: up.Size, Committed: true})
	answer.Status.Chart = v1alpha1.ChartStatus(operation.Facts(told, "", digest))
	return answer, nil
}

// keep stores a package, of which only so many are in memory at a time.
func (m *Manager) keep(ctx context.Context, digest string, read func(context.Context) ([]byte, error)) error {
	select {
	case m.commits <- struct{}{}:
		defer func() { <-m.commits }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	data, err := read(ctx)
	if err != nil {
		return err
	}
	return m.books.Packages.Put(ctx, digest, data)
}

// recommit commits over an upload that exists already: an earlier one of the
// same package, finished or broken off.
func (m *Manager) recommit(ctx context.Context, owner, digest string) error {
	up, err := m.books.Uploads.Get(ctx, owner, digest)
	if err != nil {
		return err
	}
	return m.books.Uploads.Commit(ctx, owner, digest, up) // also where it is: it is needed anew
}

func (m *Manager) admitUpload(ctx context.Context, owner string, spec v1alpha1.ChartPackageSpec) error {
	err := m.books.Uploads.Admit(ctx, owner, spec.Digest, spec.Size)
	if errors.Is(err, chartstore.ErrQuota) {
		return failure.New(v1alpha1.ReasonTooLarge, "%w", err)
	}
	return err
}

// abandon forgets an upload that cannot become a package, and says why.
func (m *Manager) abandon(ctx context.Context, owner, digest string, why error) error {
	if !errors.Is(why, chartstore.ErrUpload) && failure.ReasonOf(why) != v1alpha1.ReasonInvalid {
		return why
	}
	if err := m.books.Uploads.Abandon(ctx, owner, digest); err != nil {
		return err
	}
	return failure.New(v1alpha1.ReasonInvalid, "package %s: %w", digest, why)
}

func validatePiece(p *v1alpha1.ChartPackage) error {
	spec := p.Spec
	switch {
	case !chart.IsDigest(spec.Digest):
		return failure.New(v1alpha1.ReasonInvalid, "spec.digest: %q is not sha256: and 64 hexadecimal digits", spec.Digest)
	case p.Name != "" && p.Name != packageName(spec.Digest):
		return failure.New(v1alpha1.ReasonInvalid, "metadata.name: it is %q for this digest, not %q", packageName(spec.Digest), p.Name)
	case spec.Size > v1alpha1.MaxPackageBytes:
		return failure.New(v1alpha1.ReasonTooLarge, "the package has %d bytes, at most %d can be uploaded", spec.Size, v1alpha1.MaxPackageBytes)
	case len(spec.Data) > v1alpha1.MaxPieceBytes:
		return failure.New(v1alpha1.ReasonTooLarge, "the piece has %d bytes, at most %d go into one", len(spec.Data), v1alpha1.MaxPieceBytes)
	case spec.Size <= 0, len(spec.Data) == 0, spec.Offset < 0, spec.Offset+int64(len(spec.Data)) > spec.Size:
		return failure.New(v1alpha1.ReasonInvalid, "a piece of %d bytes at offset %d does not lie in a package of %d bytes", len(spec.Data), spec.Offset, spec.Size)
	}
	return nil
}

func packageName(digest string) string { return strings.Replace(digest, ":", "-", 1) }

func packageView(digest string, up *chartstore.Upload) *v1alpha1.ChartPackage {
	return &v1alpha1.ChartPackage{
		ObjectMeta: metav1.ObjectMeta{Name: packageName(digest)},
		Spec:       v1alpha1.ChartPackageSpec{Digest: digest, Size: up.Size},
		Status:     v1alpha1.ChartPackageStatus{Received: up.Received, Committed: up.Committed},
	}
}
