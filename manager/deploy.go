package manager

import (
	"context"
	"errors"
	"time"

	petname "github.com/dustinkirkland/golang-petname"
	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/rand"
	"k8s.io/apimachinery/pkg/util/uuid"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/manager/request"
	"github.com/helm-dm/helm-dm/state"
)

const (
	// generated is how many names are tried for a deployment that comes without.
	generated = 10
	// suffix is how many random characters follow a prefix.
	suffix = 5
)

// Deploy accepts a new deployment for id and answers at once; the work goes on
// in an operation. A deployment without a name is given one, which begins with
// its generateName where there is that. With dryRun the request is only checked,
// and the answer is what it would be.
func (m *Manager) Deploy(ctx context.Context, id kube.Identity, cd *v1alpha1.ChartDeployment, dryRun bool) (*v1alpha1.ChartDeployment, error) {
	if id.User == "" {
		return nil, failure.New(v1alpha1.ReasonForbidden, "deploying: %w", kube.ErrNoIdentity)
	}
	if err := request.Validate(cd); err != nil {
		return nil, err
	}
	record, err := m.newRecord(id, cd)
	if err != nil {
		return nil, err
	}
	if err := m.admit(ctx, id, record); err != nil {
		return nil, err
	}
	store := m.books.Records.Create
	if dryRun {
		store = m.pretend
	}
	stored, err := m.claim(ctx, record, cd.GenerateName, store)
	if err != nil {
		return nil, err
	}
	if dryRun {
		return view(stored), nil
	}
	m.Logger.Info("accepted", "operation", stored.Operation.ID, "type", stored.Operation.Type,
		"deployment", stored.Key, "user", id.User, "chart", stored.Chart)
	m.runner.Start(stored.Key)
	return view(stored), nil
}

// admit asks, before anything is stored, what can be asked at once. A package that
// is in the chart store already is settled now.
func (m *Manager) admit(ctx context.Context, id kube.Identity, r *state.Record) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return m.admitNamespace(ctx, r.Namespace) })
	g.Go(func() (err error) {
		r.Operation.Chart, err = m.Sources.Admit(ctx, id, r.Chart)
		return err
	})
	return g.Wait()
}

func (m *Manager) admitNamespace(ctx context.Context, namespace string) error {
	exists, terminating, err := m.Namespace(ctx, namespace)
	switch {
	case err != nil:
		return err
	case !exists:
		missing := failure.New(v1alpha1.ReasonNotFound, "namespace %q does not exist", namespace)
		missing.Resource, missing.Name = "namespaces", namespace
		return missing
	case terminating:
		return failure.New(v1alpha1.ReasonConflict, "namespace %q is being deleted", namespace)
	}
	return nil
}

// storing is how a record gets into the books, or would.
type storing func(context.Context, *state.Record) (*state.Record, error)

// pretend answers as the creation of the record would.
func (m *Manager) pretend(ctx context.Context, r *state.Record) (*state.Record, error) {
	if _, err := m.books.Records.Get(ctx, r.Key); err == nil {
		return nil, nameTaken(r.Key)
	} else if !apierrors.IsNotFound(err) {
		return nil, err
	}
	stored := *r
	stored.UID, stored.Created = string(uuid.NewUUID()), time.Now().UTC()
	return &stored, nil
}

// suggest makes up a name, by the rule of Kubernetes where there is a prefix.
func suggest(prefix string) string {
	if prefix == "" {
		return petname.Generate(2, "-")
	}
	return prefix[:min(len(prefix), v1alpha1.MaxNameLength-suffix)] + rand.String(suffix)
}

// claim stores the record, which is what makes the name the deployment's own.
func (m *Manager) claim(ctx context.Context, r *state.Record, prefix string, store storing) (*state.Record, error) {
	named := r.Name != ""
	for range generated {
		if !named {
			r.Name = suggest(prefix)
		}
		stored, err := m.claimName(ctx, r, store)
		var known *failure.Error
		if named || !errors.As(err, &known) || known.Reason != v1alpha1.ReasonAlreadyExists {
			return stored, err
		}
	}
	return nil, failure.New(v1alpha1.ReasonUnavailable, "no free name found for a deployment in namespace %q: give one", r.Namespace)
}

func (m *Manager) claimName(ctx context.Context, r *state.Record, store storing) (*state.Record, error) {
	release, err := m.books.Releases.Any(ctx, r.Key)
	if err != nil {
		return nil, err
	}
	if release {
		return nil, m.whoseRelease(ctx, r.Key)
	}
	stored, err := store(ctx, r)
	switch {
	case apierrors.IsAlreadyExists(err):
		return nil, nameTaken(r.Key)
	case apierrors.IsRequestEntityTooLargeError(err), apierrors.IsInvalid(err):
		return nil, failure.New(v1alpha1.ReasonTooLarge, "deployment %q does not fit into a record: its parameters are too large", r.Key)
	}
	return stored, err
}

// whoseRelease says who has the name that there is a release of: one of our
// deployments, which have releases too, or Helm.
func (m *Manager) whoseRelease(ctx context.Context, k state.Key) error {
	_, err := m.books.Records.Get(ctx, k)
	switch {
	case err == nil:
		return nameTaken(k)
	case apierrors.IsNotFound(err):
		return failure.New(v1alpha1.ReasonAlreadyExists, "the name %q is taken in namespace %q by a release that Helm made", k.Name, k.Namespace)
	}
	return err
}

func nameTaken(k state.Key) *failure.Error {
	return failure.New(v1alpha1.ReasonAlreadyExists, "the name %q is taken in namespace %q by another deployment", k.Name, k.Namespace)
}
