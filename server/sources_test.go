package server

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/apiserver/pkg/authentication/user"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/storage"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/manager/source"
	"github.com/helm-dm/helm-dm/repo"
)

// book holds one repository and one credential, remembers what it was asked and
// fails as it is told.
type book struct {
	err     error
	caller  string
	dryRun  bool
	removal source.Removal
	options *internalversion.ListOptions
}

func added() metav1.Time { return metav1.NewTime(time.Now().Add(-time.Hour)) }

func (b *book) Repository(_ context.Context, name string) (*v1alpha1.Repository, error) {
	at := added()
	return &v1alpha1.Repository{
		ObjectMeta: metav1.ObjectMeta{Name: name, ResourceVersion: "7", CreationTimestamp: at},
		Spec:       v1alpha1.RepositorySpec{URL: "https://a.example/b", Credential: "key"},
		Status:     v1alpha1.RepositoryStatus{Kind: "index", Charts: 2, Versions: 5, Broken: 1, Error: "no answer", Refreshed: &at},
	}, b.err
}

func (b *book) Repositories(ctx context.Context, o *internalversion.ListOptions) (*v1alpha1.RepositoryList, error) {
	b.options = o
	one, err := b.Repository(ctx, "a")
	return &v1alpha1.RepositoryList{ListMeta: metav1.ListMeta{ResourceVersion: "9", Continue: "more"}, Items: []v1alpha1.Repository{*one, *one}}, err
}

func (b *book) WatchRepositories(_ context.Context, o *internalversion.ListOptions) (watch.Interface, error) {
	b.options = o
	return watch.NewEmptyWatch(), b.err
}

func (b *book) AddRepository(_ context.Context, id kube.Identity, r *v1alpha1.Repository, dryRun bool) (*v1alpha1.Repository, error) {
	b.caller, b.dryRun = id.User, dryRun
	return r, b.err
}

func (b *book) RemoveRepository(ctx context.Context, id kube.Identity, name string, r source.Removal) (*v1alpha1.Repository, error) {
	b.caller, b.removal = id.User, r
	return b.Repository(ctx, name)
}

func (b *book) Credential(_ context.Context, name string) (*v1alpha1.Credential, error) {
	return &v1alpha1.Credential{
		ObjectMeta: metav1.ObjectMeta{Name: name, CreationTimestamp: added()},
		Spec:       v1alpha1.CredentialSpec{Token: "ada"},
		Status:     v1alpha1.CredentialStatus{Origin: "https://a.example", UsedBy: []string{"a", "b"}},
	}, b.err
}

func (b *book) Credentials(context.Context, *internalversion.ListOptions) (*v1alpha1.CredentialList, error) {
	return &v1alpha1.CredentialList{}, b.err
}

func (b *book) WatchCredentials(context.Context, *internalversion.ListOptions) (watch.Interface, error) {
	return watch.NewEmptyWatch(), b.err
}

func (b *book) AddCredential(_ context.Context, id kube.Identity, c *v1alpha1.Credential, dryRun bool) (*v1alpha1.Credential, error) {
	b.caller, b.dryRun = id.User, dryRun
	return c, b.err
}

func (b *book) RemoveCredential(ctx context.Context, id kube.Identity, name string, r source.Removal) (*v1alpha1.Credential, error) {
	b.caller, b.removal = id.User, r
	return b.Credential(ctx, name)
}

func (b *book) Search(_ context.Context, id kube.Identity, asked *v1alpha1.ChartSearch) (*v1alpha1.ChartSearch, error) {
	b.caller = id.User
	return asked, b.err
}

func (b *book) Inspect(_ context.Context, id kube.Identity, asked *v1alpha1.ChartInspection) (*v1alpha1.ChartInspection, error) {
	b.caller = id.User
	return asked, b.err
}

func (b *book) Check(_ context.Context, id kube.Identity, asked *v1alpha1.RepositoryCheck) (*v1alpha1.RepositoryCheck, error) {
	b.caller = id.User
	return asked, b.err
}

func (b *book) Release(_ context.Context, id kube.Identity, asked *v1alpha1.ChartRelease) (*v1alpha1.ChartRelease, error) {
	b.caller = id.User
	return asked, b.err
}

func asAda(t *testing.T) context.Context {
	t.Helper()
	return genericapirequest.WithUser(t.Context(), &user.DefaultInfo{Name: "ada"})
}

func TestSourcesAreAskedAsTheCaller(t *testing.T) {
	t.Parallel()
	uid, version := types.UID("u"), "7"
	for name, keeper := range map[string]func(*book) keeper{
		"repositories": func(b *book) keeper { return repositories(b) },
		"credentials":  func(b *book) keeper { return credentials(b) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &book{}
			k := keeper(b)
			if _, err := k.Create(asAda(t), k.New(), nil, &metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}); err != nil || b.caller != "ada" || !b.dryRun {
				t.Errorf("added as %q, dry run %t: %v", b.caller, b.dryRun, err)
			}
			if _, err := k.Create(asAda(t), &v1alpha1.ChartPackage{}, nil, &metav1.CreateOptions{}); !apierrors.IsBadRequest(err) {
				t.Errorf("added something else: %v, want a bad request", err)
			}
			wrong := errors.New("wrong")
			checked := func(context.Context, runtime.Object) error { return wrong }
			b.caller = ""
			if _, err := k.Create(asAda(t), k.New(), checked, &metav1.CreateOptions{}); !errors.Is(err, wrong) || b.caller != "" {
				t.Errorf("added by %q although a check refused: %v", b.caller, err)
			}
			o := &metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid, ResourceVersion: &version}, DryRun: []string{metav1.DryRunAll}}
			object, gone, err := k.Delete(asAda(t), "a", nil, o)
			if err != nil || !gone || object == nil || b.caller != "ada" {
				t.Errorf("removed as %q: %v, gone %t: %v", b.caller, object, gone, err)
			}
			if diff := cmp.Diff(source.Removal{UID: "u", ResourceVersion: "7", DryRun: true}, b.removal); diff != "" {
				t.Errorf("removed (-want +got):\n%s", diff)
			}
			b.removal = source.Removal{}
			if _, gone, err := k.Delete(asAda(t), "a", checked, o); !errors.Is(err, wrong) || gone || b.removal.UID != "" {
				t.Errorf("removed although a check refused: %t, %v", gone, err)
			}
		})
	}
}

func TestQuestionsAreAskedAsTheCaller(t *testing.T) {
	t.Parallel()
	for resource, storage := range questions(&book{}) {
		creater := storage.(rest.Creater)
		if _, err := creater.Create(asAda(t), &v1alpha1.ChartPackage{}, nil, &metav1.CreateOptions{}); !apierrors.IsBadRequest(err) {
			t.Errorf("%s: asked something else: %v, want a bad request", resource, err)
		}
	}
	for _, resource := range []string{v1alpha1.ChartSearches, v1alpha1.ChartInspections, v1alpha1.RepositoryChecks, v1alpha1.ChartReleases} {
		b := &book{}
		storage := questions(b)[resource]
		creater := storage.(rest.Creater)
		asked := storage.New()
		at, err := meta.Accessor(asked)
		if err != nil {
			t.Fatal(err)
		}
		at.SetManagedFields([]metav1.ManagedFieldsEntry{{Manager: "kubectl"}})
		answer, err := creater.Create(asAda(t), asked, nil, &metav1.CreateOptions{})
		if len(at.GetManagedFields()) != 0 {
			t.Errorf("%s: what is not stored is managed: %v", resource, at.GetManagedFields())
		}
		if err != nil || answer == nil || b.caller != "ada" {
			t.Errorf("%s: asked as %q: %v, %v", resource, b.caller, answer, err)
		}
		b.caller = ""
		_, err = creater.Create(asAda(t), storage.New(), nil, &metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		acts := resource == v1alpha1.ChartReleases
		if apierrors.IsBadRequest(err) != acts || (b.caller == "") != acts {
			t.Errorf("%s: dry run as %q: %v", resource, b.caller, err)
		}
	}
}

func TestSourcesAsTables(t *testing.T) {
	t.Parallel()
	b := &book{}
	k := repositories(b)
	list, err := k.List(t.Context(), nil)
	if err != nil || b.options == nil {
		t.Fatal(err)
	}
	table, err := k.ConvertToTable(t.Context(), list, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []any{"a", "https://a.example/b", "index", int64(2), "60m", "60m", "key", int64(5), int64(1), "no answer"}
	if len(table.Rows) != 2 || len(table.ColumnDefinitions) != len(want) || table.ResourceVersion != "9" || table.Continue != "more" {
		t.Fatalf("got %+v", table)
	}
	if diff := cmp.Diff(want, table.Rows[1].Cells); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	c := credentials(b)
	one, err := c.Get(t.Context(), "key", nil)
	if err != nil {
		t.Fatal(err)
	}
	table, err = c.ConvertToTable(t.Context(), one, &metav1.TableOptions{NoHeaders: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{"key", "ada", "https://a.example", 2, "60m"}, table.Rows[0].Cells); diff != "" || len(table.ColumnDefinitions) > 0 {
		t.Errorf("%d columns, cells (-want +got):\n%s", len(table.ColumnDefinitions), diff)
	}
	if _, err := c.ConvertToTable(t.Context(), list, nil); err == nil {
		t.Error("repositories make a table of credentials")
	}
}

func TestListsThatFail(t *testing.T) {
	t.Parallel()
	secrets := v1alpha1.Resource("secrets")
	for name, c := range map[string]struct {
		err  error
		want func(error) bool
	}{
		"too old":     {apierrors.NewResourceExpired("too old resource version: 1 (2)"), apierrors.IsResourceExpired},
		"too new":     {storage.NewTooLargeResourceVersionError(9, 7, 1), storage.IsTooLargeResourceVersion},
		"no number":   {apierrors.NewBadRequest("secrets: x"), apierrors.IsBadRequest},
		"unavailable": {apierrors.NewServiceUnavailable("etcd"), apierrors.IsServiceUnavailable},
		"unforeseen":  {errors.New("the manager's own account was refused: " + apierrors.NewForbidden(secrets, "x", nil).Error()), apierrors.IsInternalError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, k := range []keeper{repositories(&book{err: c.err}), credentials(&book{err: c.err})} {
				_, listed := k.List(t.Context(), nil)
				_, watched := k.Watch(t.Context(), nil)
				for _, err := range []error{listed, watched} {
					if !c.want(err) || strings.Contains(err.Error(), "secrets") {
						t.Errorf("answered %v", err)
					}
				}
			}
		})
	}
}

func TestRefusalsSayWhatMends(t *testing.T) {
	t.Parallel()
	unreachable := repo.Fail(repo.ErrUnavailable, "reading %q: no route", "https://a.example").Mend("look at the cable")
	wrong := failure.New(v1alpha1.ReasonInvalid, "the name is wrong").Mend("leave it out")
	for name, c := range map[string]struct {
		err  error
		code int32
		want []metav1.StatusCause
	}{
		"unavailable": {unreachable, http.StatusServiceUnavailable, []metav1.StatusCause{{Type: "Try", Field: "try", Message: "look at the cable"}}},
		"invalid": {wrong, http.StatusUnprocessableEntity, []metav1.StatusCause{
			{Type: "FieldValueInvalid", Field: "reason", Message: "the name is wrong"}, {Type: "Try", Field: "try", Message: "leave it out"},
		}},
		"nothing known": {failure.New(v1alpha1.ReasonConflict, "in use"), http.StatusConflict, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := repositories(&book{err: c.err}).Get(t.Context(), "a", nil)
			var status apierrors.APIStatus
			if !errors.As(err, &status) {
				t.Fatalf("answered %v", err)
			}
			got := status.Status()
			if diff := cmp.Diff(c.want, got.Details.Causes); diff != "" || got.Code != c.code || got.Message != c.err.Error() {
				t.Errorf("answered %d %q, causes (-want +got):\n%s", got.Code, got.Message, diff)
			}
		})
	}
}
