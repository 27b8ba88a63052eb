package server

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/source"
)

// repositoryBook, credentialBook and desk are the use-cases about where charts
// come from, of package source.
type repositoryBook interface {
	Repository(ctx context.Context, name string) (*v1alpha1.Repository, error)
	Repositories(ctx context.Context, o *internalversion.ListOptions) (*v1alpha1.RepositoryList, error)
	WatchRepositories(ctx context.Context, o *internalversion.ListOptions) (watch.Interface, error)
	AddRepository(ctx context.Context, id kube.Identity, repository *v1alpha1.Repository, dryRun bool) (*v1alpha1.Repository, error)
	RemoveRepository(ctx context.Context, id kube.Identity, name string, r source.Removal) (*v1alpha1.Repository, error)
}

type credentialBook interface {
	Credential(ctx context.Context, name string) (*v1alpha1.Credential, error)
	Credentials(ctx context.Context, o *internalversion.ListOptions) (*v1alpha1.CredentialList, error)
	WatchCredentials(ctx context.Context, o *internalversion.ListOptions) (watch.Interface, error)
	AddCredential(ctx context.Context, id kube.Identity, credential *v1alpha1.Credential, dryRun bool) (*v1alpha1.Credential, error)
	RemoveCredential(ctx context.Context, id kube.Identity, name string, r source.Removal) (*v1alpha1.Credential, error)
}

// desk answers what is asked and not stored.
type desk interface {
	Search(ctx context.Context, id kube.Identity, asked *v1alpha1.ChartSearch) (*v1alpha1.ChartSearch, error)
	Inspect(ctx context.Context, id kube.Identity, asked *v1alpha1.ChartInspection) (*v1alpha1.ChartInspection, error)
	Check(ctx context.Context, id kube.Identity, asked *v1alpha1.RepositoryCheck) (*v1alpha1.RepositoryCheck, error)
	Release(ctx context.Context, id kube.Identity, asked *v1alpha1.ChartRelease) (*v1alpha1.ChartRelease, error)
}

// repositories serves repositories.
func repositories(s repositoryBook) *kept[*v1alpha1.Repository, *v1alpha1.RepositoryList] {
	return &kept[*v1alpha1.Repository, *v1alpha1.RepositoryList]{
		resource: v1alpha1.Repositories, singular: "repository", short: []string{"repo"},
		empty:     func() *v1alpha1.Repository { return &v1alpha1.Repository{} },
		emptyList: func() *v1alpha1.RepositoryList { return &v1alpha1.RepositoryList{} },
		get:       s.Repository, list: s.Repositories, watch: s.WatchRepositories, add: s.AddRepository, remove: s.RemoveRepository,
		columns: []metav1.TableColumnDefinition{
			{Name: "Name", Type: "string", Format: "name", Description: "Name of the repository, which follows from its URL"},
			{Name: "URL", Type: "string", Description: "Where it is"},
			{Name: "Kind", Type: "string", Description: "How it is read: index, bucket or oci"},
			{Name: "Charts", Type: "integer", Description: "How many charts are in it"},
			{Name: "Refreshed", Type: "string", Description: "Time since its contents were last read"},
			{Name: "Age", Type: "string", Description: "Time since it was added"},
			{Name: "Credential", Type: "string", Priority: 1, Description: "What it is opened with"},
			{Name: "Versions", Type: "integer", Priority: 1, Description: "How many versions of charts are in it"},
			{Name: "Set Aside", Type: "integer", Priority: 1, Description: "How many entries were set aside"},
			{Name: "Error", Type: "string", Priority: 1, Description: "Why the last refresh failed"},
		},
		cells: func(r *v1alpha1.Repository) []any {
			return []any{
				r.Name, r.Spec.URL, r.Status.Kind, r.Status.Charts, since(r.Status.Refreshed), since(&r.CreationTimestamp),
				r.Spec.Credential, r.Status.Versions, r.Status.Broken, r.Status.Error,
			}
		},
	}
}

// credentials serves credentials. There is no column for their secrets, as there
// is no answer with them.
func credentials(s credentialBook) *kept[*v1alpha1.Credential, *v1alpha1.CredentialList] {
	return &kept[*v1alpha1.Credential, *v1alpha1.CredentialList]{
		resource: v1alpha1.Credentials, singular: "credential", short: []string{"cred"},
		empty:     func() *v1alpha1.Credential { return &v1alpha1.Credential{} },
		emptyList: func() *v1alpha1.CredentialList { return &v1alpha1.CredentialList{} },
		get:       s.Credential, list: s.Credentials, watch: s.WatchCredentials, add: s.AddCredential, remove: s.RemoveCredential,
		columns: []metav1.TableColumnDefinition{
			{Name: "Name", Type: "string", Format: "name", Description: "Name of the credential"},
			{Name: "Token", Type: "string", Description: "Its public half"},
			{Name: "Origin", Type: "string", Description: "The only one that it is sent to"},
			{Name: "Used By", Type: "integer", Description: "How many repositories use it"},
			{Name: "Age", Type: "string", Description: "Time since it was added"},
		},
		cells: func(c *v1alpha1.Credential) []any {
			return []any{c.Name, c.Spec.Token, c.Status.Origin, len(c.Status.UsedBy), since(&c.CreationTimestamp)}
		},
	}
}

// since is how long ago something was; nothing when it has not been.
func since(at *metav1.Time) string {
	if at.IsZero() {
		return ""
	}
	return duration.HumanDuration(time.Since(at.Time))
}
