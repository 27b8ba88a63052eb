package source_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"

	"github.com/helm-dm/helm-dm/internal/clustertest"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/state/secret"
	"github.com/helm-dm/helm-dm/state/source"
)

const (
	shop    = "https://shop.example/charts"
	another = "https://another.example/charts"
	hidden  = "s3cr3t-c4n4ry"
)

// books are both stores over the same Secrets.
type books struct {
	*source.Repositories
	credentials *source.Credentials
}

func open(secrets secret.Store, namespace string) books {
	credentials := source.NewCredentials(secrets, namespace)
	return books{source.NewRepositories(secrets, namespace, credentials), credentials}
}

func TestOnMemory(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T) books { return open(&secret.Memory{}, t.Name()) })
}

func TestOnCluster(t *testing.T) {
	t.Parallel()
	c := clustertest.Start(t)
	config := c.Admin(t, "").Config
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	md, err := metadata.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	run(t, func(t *testing.T) books { return open(secret.NewCluster(client, md), c.Namespace(t)) })
}

// run is the contract, whatever the Secrets lie in.
func run(t *testing.T, open func(*testing.T) books) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, books){
		"keep what was added":                 kept,
		"refuse what is there already":        taken,
		"drop the copy of a request":          dropped,
		"bind a credential to one origin":     bound,
		"open a credential for its origin":    opened,
		"miss a credential":                   missed,
		"know a credential from its namesake": renewed,
		"keep a credential that is used":      used,
		"remove only what was meant":          meant,
		"list what is selected":               selected,
		"watch from the state on":             watched,
		"watch from a version on":             resumed,
		"watch who uses a credential":         watchedUse,
		"follow all of it":                    followed,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// credential stores one under a name.
func (b books) credential(t *testing.T, name string) *source.Credential {
	t.Helper()
	stored, err := b.credentials.Create(t.Context(), &source.Credential{
		Meta: source.Meta{Name: name, Labels: map[string]string{"team": name}, By: "ada"}, Token: "key-of-" + name,
	}, repo.NewSecret(hidden))
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// add stores a repository under a name, at a URL of its own.
func (b books) add(t *testing.T, name, url, credential string) *source.Repository {
	t.Helper()
	stored, err := b.Create(t.Context(), repository(name, url, credential))
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

func repository(name, url, credential string) *source.Repository {
	return &source.Repository{Meta: source.Meta{Name: name, Labels: map[string]string{"team": name}, By: "ada"}, URL: url, Credential: credential}
}

func origin(t *testing.T, url string) repo.Origin {
	t.Helper()
	location, err := repo.ParseLocation(url)
	if err != nil {
		t.Fatal(err)
	}
	return location.Origin()
}

func kept(t *testing.T, b books) {
	credential := b.credential(t, "key")
	in := repository("a", shop, "key")
	in.Annotations, in.CABundle = map[string]string{"why": "because"}, []byte("PEM")
	stored, err := b.Create(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if stored.UID == "" || stored.ResourceVersion == "" || stored.Created.IsZero() {
		t.Errorf("stored without a UID, a version or a time: %+v", stored.Meta)
	}
	got, err := b.Get(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(stored, got); diff != "" {
		t.Errorf("read (-stored +got):\n%s", diff)
	}
	want := *in
	want.UID, want.ResourceVersion, want.Created, want.CredentialUID = got.UID, got.ResourceVersion, got.Created, credential.UID
	if diff := cmp.Diff(&want, got); diff != "" {
		t.Errorf("read (-asked for +got):\n%s", diff)
	}
	if _, err := b.Get(t.Context(), "b"); !apierrors.IsNotFound(err) {
		t.Errorf("reading what is not there: %v, want NotFound", err)
	}
}

func taken(t *testing.T, b books) {
	b.credential(t, "key")
	if _, err := b.credentials.Create(t.Context(), &source.Credential{Meta: source.Meta{Name: "key"}, Token: "t"}, repo.NewSecret("other")); !apierrors.IsAlreadyExists(err) {
		t.Errorf("a second credential of that name: %v, want AlreadyExists", err)
	}
	b.add(t, "a", shop, "")
	for _, credential := range []string{"", "key"} {
		if _, err := b.Create(t.Context(), repository("a", shop, credential)); !apierrors.IsAlreadyExists(err) {
			t.Errorf("a second repository of that name with credential %q: %v, want AlreadyExists", credential, err)
		}
	}
	if found, err := b.credentials.Get(t.Context(), "key"); err != nil || found.Origin != "" {
		t.Errorf("a repository that was not added has bound the credential to %q (%v)", found.Origin, err)
	}
	if err := b.credentials.Bind(t.Context(), "key", "", origin(t, another)); !errors.Is(err, source.ErrNoCredential) {
		t.Errorf("binding one of another UID: %v, want ErrNoCredential", err)
	}
	found, err := b.credentials.Get(t.Context(), "key")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := b.credentials.Bind(t.Context(), "key", found.UID, origin(t, another)); err != nil {
			t.Fatal(err)
		}
	}
	if pair, err := b.credentials.Open(t.Context(), "key", "", origin(t, another)); err != nil || pair.Secret.Reveal() != hidden {
		t.Errorf("a repository that was not added has changed the credential: %v", err)
	}
	var refused *source.BoundError
	if err := b.credentials.Bind(t.Context(), "key", found.UID, origin(t, shop)); !errors.As(err, &refused) {
		t.Errorf("binding to a second origin: %v, want it refused", err)
	}
}

func dropped(t *testing.T, b books) {
	copied := map[string]string{corev1.LastAppliedConfigAnnotation: hidden, "kept": "yes"}
	credential, err := b.credentials.Create(t.Context(), &source.Credential{Meta: source.Meta{Name: "key", Annotations: copied}, Token: "t"}, repo.NewSecret(hidden))
	if err != nil {
		t.Fatal(err)
	}
	added, err := b.Create(t.Context(), &source.Repository{Meta: source.Meta{Name: "a", Annotations: copied}, URL: shop})
	if err != nil {
		t.Fatal(err)
	}
	for _, annotations := range []map[string]string{credential.Annotations, added.Annotations} {
		if diff := cmp.Diff(map[string]string{"kept": "yes"}, annotations); diff != "" {
			t.Errorf("annotations (-want +got):\n%s", diff)
		}
	}
	if len(copied) != 2 {
		t.Error("the caller's own annotations were changed")
	}
}

func bound(t *testing.T, b books) {
	b.credential(t, "key")
	b.add(t, "a", shop, "key")
	b.add(t, "b", shop+"/more", "key")
	for _, url := range []string{another, "http://shop.example/charts", "https://shop.example:8443/charts", "https://shop.example.evil/charts", "oci+http://shop.example/x"} {
		var refused *source.BoundError
		if _, err := b.Create(t.Context(), repository("c", url, "key")); !errors.As(err, &refused) || refused.Origin != "https://shop.example" {
			t.Errorf("adding %s: %v, want it refused", url, err)
		}
		if _, err := b.Get(t.Context(), "c"); !apierrors.IsNotFound(err) {
			t.Errorf("after a refusal the repository is there (%v)", err)
		}
	}
	for _, name := range []string{"a", "b"} {
		if err := b.Delete(t.Context(), name, nil); err != nil {
			t.Fatal(err)
		}
	}
	var refused *source.BoundError
	if _, err := b.Create(t.Context(), repository("c", another, "key")); !errors.As(err, &refused) {
		t.Errorf("elsewhere, after the repositories are gone: %v, want it bound for good", err)
	}
	b.add(t, "a", shop, "key")
}

func opened(t *testing.T, b books) {
	stored := b.credential(t, "key")
	var refused *source.BoundError
	for _, url := range []string{shop, another} { // bound to nothing yet
		if pair, err := b.credentials.Open(t.Context(), "key", stored.UID, origin(t, url)); !errors.As(err, &refused) || pair != nil {
			t.Errorf("opened for %s: %v, want it refused", url, err)
		}
	}
	b.add(t, "a", shop, "key")
	pair, err := b.credentials.Open(t.Context(), "key", stored.UID, origin(t, shop))
	if err != nil || pair.Token != "key-of-key" || pair.Secret.Reveal() != hidden {
		t.Errorf("opened for its origin: %v, %v", pair, err)
	}
	if pair, err := b.credentials.Open(t.Context(), "key", stored.UID, origin(t, another)); !errors.As(err, &refused) || pair != nil {
		t.Errorf("opened for another origin: %v, want it refused", err)
	}
	if _, err := b.credentials.Open(t.Context(), "key", "another", origin(t, shop)); !apierrors.IsNotFound(err) {
		t.Errorf("opened by another UID: %v, want NotFound", err)
	}
}

func missed(t *testing.T, b books) {
	if _, err := b.Create(t.Context(), repository("a", shop, "nobody")); !errors.Is(err, source.ErrNoCredential) {
		t.Errorf("adding with a credential that is not there: %v, want ErrNoCredential", err)
	}
	if _, err := b.Get(t.Context(), "a"); !apierrors.IsNotFound(err) {
		t.Errorf("the repository is there (%v)", err)
	}
	if _, err := b.credentials.Open(t.Context(), "nobody", "", origin(t, shop)); !apierrors.IsNotFound(err) {
		t.Errorf("opening it: %v, want NotFound", err)
	}
	if err := b.credentials.Delete(t.Context(), "nobody", nil); !apierrors.IsNotFound(err) {
		t.Errorf("removing it: %v, want NotFound", err)
	}
}

func renewed(t *testing.T, b books) {
	old := b.credential(t, "key")
	if err := b.credentials.Delete(t.Context(), "key", nil); err != nil {
		t.Fatal(err)
	}
	b.credential(t, "key")
	proved := repository("a", shop, "key")
	proved.CredentialUID = old.UID
	if _, err := b.Create(t.Context(), proved); !errors.Is(err, source.ErrNoCredential) {
		t.Errorf("adding with a credential that was replaced: %v, want ErrNoCredential", err)
	}
}

func used(t *testing.T, b books) {
	b.credential(t, "key")
	b.credential(t, "other")
	b.add(t, "b", shop, "key")
	b.add(t, "a", shop, "key")
	b.add(t, "c", shop, "other")
	var refused *source.UsedError
	if err := b.credentials.Delete(t.Context(), "key", nil); !errors.As(err, &refused) {
		t.Fatalf("removing what is used: %v, want a UsedError", err)
	}
	if diff := cmp.Diff([]string{"a", "b"}, refused.By); diff != "" {
		t.Errorf("used by (-want +got):\n%s", diff)
	}
	got, err := b.credentials.Get(t.Context(), "key")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "b"}, got.UsedBy); diff != "" || got.Origin != "https://shop.example" {
		t.Errorf("read: origin %q, used by (-want +got):\n%s", got.Origin, diff)
	}
	for _, name := range refused.By {
		if err := b.Delete(t.Context(), name, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.credentials.Delete(t.Context(), "key", nil); err != nil {
		t.Errorf("removing what is no longer used: %v", err)
	}
}

func meant(t *testing.T, b books) {
	credential, added := b.credential(t, "key"), b.add(t, "a", shop, "")
	version, uid := "987654321987", types.UID("another")
	for name, remove := range map[string]func(*metav1.Preconditions) error{
		"repository": func(only *metav1.Preconditions) error { return b.Delete(t.Context(), "a", only) },
		"credential": func(only *metav1.Preconditions) error { return b.credentials.Delete(t.Context(), "key", only) },
	} {
		for _, only := range []*metav1.Preconditions{{UID: &uid}, {ResourceVersion: &version}} {
			if err := remove(only); !errors.Is(err, source.ErrMoved) {
				t.Errorf("removing another %s: %v, want ErrMoved", name, err)
			}
		}
	}
	uid = types.UID(added.UID)
	if err := b.Delete(t.Context(), "a", &metav1.Preconditions{UID: &uid, ResourceVersion: &added.ResourceVersion}); err != nil {
		t.Error(err)
	}
	uid = types.UID(credential.UID)
	if err := b.credentials.Delete(t.Context(), "key", &metav1.Preconditions{UID: &uid, ResourceVersion: &credential.ResourceVersion}); err != nil {
		t.Error(err)
	}
}
