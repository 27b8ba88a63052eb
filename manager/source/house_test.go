package source_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/manager/source"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/index"
	"github.com/helm-dm/helm-dm/repo/repotest"
	"github.com/helm-dm/helm-dm/state/chartstore"
	"github.com/helm-dm/helm-dm/state/secret"
)

// house is Sources with everything around them in memory, but for the
// repositories.
type house struct {
	*source.Sources
	t       *testing.T
	secrets *secret.Memory
	logs    logs

	mu    sync.Mutex
	may   map[string][]kube.Permission // what users may do; root may do anything
	asked int                          // how many rights were asked for
}

// logs collects what is logged.
type logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// open starts Sources. Others may have changed the config.
func open(t *testing.T, change ...func(*source.Config)) *house {
	t.Helper()
	h := &house{t: t, secrets: &secret.Memory{}, may: map[string][]kube.Permission{}}
	config := source.Config{
		Secrets: h.secrets, Namespace: "helm-dm", Reviewer: h, Worker: &job.Local{}, Pause: time.Millisecond,
		Logger: slog.New(slog.NewTextHandler(&h.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, c := range change {
		c(&config)
	}
	h.Sources = source.New(config)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-done })
	return h
}

// Denied is that of right.Reviewer.
func (h *house) Denied(_ context.Context, id kube.Identity, permissions []kube.Permission) ([]kube.Permission, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked += len(permissions)
	if id.User == "root" {
		return nil, nil
	}
	return slices.DeleteFunc(slices.Clone(permissions), func(p kube.Permission) bool {
		return slices.ContainsFunc(h.may[id.User], func(held kube.Permission) bool {
			return p == held || held.Name == "" && p.Verb == held.Verb && p.Resource == held.Resource
		})
	}), nil
}

// allow gives a user a right, on one object or, without a name, on all.
func (h *house) allow(user, verb, resource, name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.may[user] = append(h.may[user], kube.Permission{Verb: verb, Group: v1alpha1.GroupName, Resource: resource, Name: name})
}

func root() kube.Identity { return kube.Identity{User: "root", Groups: []string{"system:masters"}} }
func ada() kube.Identity  { return kube.Identity{User: "ada", UID: "7"} }
func eve() kube.Identity  { return kube.Identity{User: "eve", UID: "8"} }

// shop puts charts into a folder of a web server, with their index.
func shop(t *testing.T, w *repotest.Web, folder string, packages ...*repo.Package) {
	t.Helper()
	var text []byte
	for _, p := range packages {
		var err error
		if text, err = index.Merge(text, p, p.FileName(), chart.Digest(p.Data)); err != nil {
			t.Fatal(err)
		}
		w.Put(folder+"/"+p.FileName(), p.Data)
	}
	w.Put(folder+"/index.yaml", text)
}

// web is a package of a chart.
func web(t *testing.T, name, version string) *repo.Package {
	t.Helper()
	return repotest.Pack(t, repotest.Chart(name, version), name+" "+version)
}

// spec is that of a folder of a web server.
func spec(w *repotest.Web, folder, credential string) v1alpha1.RepositorySpec {
	return v1alpha1.RepositorySpec{URL: w.URL() + "/" + folder, Credential: credential, CABundle: w.CA()}
}

// add adds a repository, which must succeed.
func (h *house) add(s v1alpha1.RepositorySpec) *v1alpha1.Repository {
	h.t.Helper()
	added, err := h.AddRepository(h.t.Context(), root(), &v1alpha1.Repository{Spec: s}, false)
	if err != nil {
		h.t.Fatal(err)
	}
	return added
}

// credential adds one, which must succeed, and returns its name.
func (h *house) credential(token, hidden string) string {
	h.t.Helper()
	added, err := h.AddCredential(h.t.Context(), root(), &v1alpha1.Credential{Spec: v1alpha1.CredentialSpec{Token: token, Secret: hidden}}, false)
	if err != nil {
		h.t.Fatal(err)
	}
	return added.Name
}

// upload puts a package into the chart store as if id had uploaded it.
func (h *house) upload(id kube.Identity, data []byte) string {
	h.t.Helper()
	digest := chart.Digest(data)
	if err := chartstore.NewPackages(h.secrets, "helm-dm").Put(h.t.Context(), digest, data); err != nil {
		h.t.Fatal(err)
	}
	if err := chartstore.NewUploads(h.secrets, "helm-dm").Commit(h.t.Context(), id.Owner(), digest, &chartstore.Upload{Size: int64(len(data))}); err != nil {
		h.t.Fatal(err)
	}
	return digest
}

// key is HOST/FOLDER of a web server.
func key(w *repotest.Web, folder string) string {
	_, host, _ := strings.Cut(w.URL(), "://")
	return host + "/" + folder
}

func wantReason(t *testing.T, err error, reason v1alpha1.Reason, words ...string) {
	t.Helper()
	if err == nil || failure.ReasonOf(err) != reason {
		t.Fatalf("error %v (%s), want %s", err, failure.ReasonOf(err), reason)
	}
	for _, w := range words {
		if !strings.Contains(failure.Sentence(err), w) {
			t.Errorf("%q does not say %q", failure.Sentence(err), w)
		}
	}
}

// text is anything as JSON.
func text(t *testing.T, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
