package embedded

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/client-go/rest"
)

// program is a helm-local for tests: it notes its arguments, and says what the
// files beside it hold.
const program = `#!/bin/sh
here=$(dirname "$0")
echo "$@" >> "$here/calls"
case "$1" in
status) cat "$here/status"; exit 1 ;;
esac
if [ -f "$here/fail-$1" ]; then
	cat "$here/fail-$1" >&2
	exit 1
fi
echo "working on $1" >&2
echo "Ready: nothing of interest"
`

// stage is a folder with such a program and a cluster's folder.
type stage struct {
	t        *testing.T
	dir      string
	home     string // of the cluster
	progress bytes.Buffer
	cluster  *Cluster
}

func newStage(t *testing.T, server string, parts ...Part) *stage {
	t.Helper()
	dir := t.TempDir()
	s := &stage{t: t, dir: dir, home: filepath.Join(dir, "home")}
	s.cluster = &Cluster{Program: filepath.Join(dir, "helm-local"), Dir: s.home, Progress: &s.progress}
	if err := os.Mkdir(s.home, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.cluster.Program, []byte(program), 0o700); err != nil {
		t.Fatal(err)
	}
	admin := filepath.Join(s.home, "admin.kubeconfig")
	s.write("home/admin.kubeconfig", fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: helm-local,
clusters: [{name: helm-local, cluster: {server: %q}}],
users: [{name: helm-local-admin, user: {token: t}}],
contexts: [{name: helm-local, context: {cluster: helm-local, user: helm-local-admin}}]}`, server))
	s.say(Status{Dir: s.home, State: stateRunning, Kubeconfig: admin, Server: server, Parts: parts})
	return s
}

// say sets what the program answers to status.
func (s *stage) say(status Status) {
	s.t.Helper()
	text, err := json.Marshal(status)
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("status", string(text))
}

func (s *stage) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// calls are the command lines so far, without those of status.
func (s *stage) calls() []string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, "calls"))
	if err != nil {
		s.t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "status ") })
}

// fakeAPI answers as a cluster whose manager needs a few attempts.
func fakeAPI(t *testing.T, attempts int) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if attempts--; attempts > 0 {
			http.Error(w, "service unavailable", http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte(`{"groupVersion": "dm.helm.sh/v1alpha1"}`))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestClusterCallsItsProgram(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://x")
	for _, err := range []error{
		s.cluster.Up(t.Context()),
		s.cluster.Run(t.Context(), "guest", "program", "--flag"),
		s.cluster.Stop(t.Context(), "guest"),
		s.cluster.Down(t.Context(), true),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	want := []string{
		"up --dir " + s.home,
		"run --dir " + s.home + " guest -- program --flag",
		"stop --dir " + s.home + " guest",
		"down --dir " + s.home + " --purge",
	}
	if diff := cmp.Diff(want, s.calls()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff("working on up\nworking on run\nworking on stop\nworking on down\n", s.progress.String()); diff != "" {
		t.Error(diff)
	}
}

func TestClusterSaysWhyItFailed(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://x")
	s.write("fail-up", "starting etcd\nhelm-local: etcd died\n  its last words\n")
	err := s.cluster.Up(t.Context())
	if err == nil || err.Error() != "running helm-local up: etcd died; its last words" {
		t.Errorf("got %v", err)
	}
	if s.progress.String() != "starting etcd\n" {
		t.Errorf("progress is %q", s.progress.String())
	}
}

func TestManagerUp(t *testing.T) {
	t.Parallel()
	old := []Part{{Name: "etcd", State: stateRunning}, {Name: "helm-manager-0", State: stateRunning}, {Name: "helm-manager-2", State: stateRunning}}
	s := newStage(t, fakeAPI(t, 3), old...)
	var port int
	var bundle []byte
	m := &Manager{Cluster: s.cluster, Program: "/opt/helm-manager", Replicas: 2,
		Install: func(_ context.Context, admin *rest.Config, p int, ca []byte) ([]byte, error) {
			port, bundle = p, ca
			if admin.Host == "" {
				t.Errorf("installed with %+v", admin)
			}
			return []byte("config of the manager"), nil
		}}
	if err := m.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(s.home, "manager")
	run := func(i int) string {
		return fmt.Sprintf("run --dir %s helm-manager-%d -- /opt/helm-manager --kubeconfig %s/kubeconfig --bind-address 127.0.0.1"+
			" --secure-port %d --permit-port-sharing --tls-cert-file %s/serving.crt --tls-private-key-file %s/serving.key", s.home, i, dir, port, dir, dir)
	}
	want := []string{run(0), run(1), "stop --dir " + s.home + " helm-manager-2"}
	if diff := cmp.Diff(want, s.calls()); diff != "" {
		t.Error(diff)
	}
	first := bundle
	if err := m.Up(t.Context()); err != nil || !bytes.Equal(first, bundle) {
		t.Errorf("up again: %v, and the CA is another: %v", err, !bytes.Equal(first, bundle))
	}
	if text, err := os.ReadFile(filepath.Join(dir, "kubeconfig")); err != nil || string(text) != "config of the manager" {
		t.Errorf("the manager's kubeconfig is %q, %v", text, err)
	}
	private(t, dir)
}

// private checks that nobody else can read what is in the folder.
func private(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 4 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", entry.Name(), info.Mode(), err)
		}
	}
}

func TestManagerUpSaysWhoDied(t *testing.T) {
	t.Parallel()
	s := newStage(t, fakeAPI(t, 1000), Part{Name: "helm-manager-0", State: "exited", Message: "exited; see its log"})
	m := &Manager{Cluster: s.cluster, Replicas: 1, Install: func(context.Context, *rest.Config, int, []byte) ([]byte, error) { return nil, nil }}
	err := m.Up(t.Context())
	if err == nil || !strings.Contains(err.Error(), "helm-manager-0: exited; see its log") {
		t.Errorf("got %v", err)
	}
}

func TestManagerUpInstallFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("no rights")
	s := newStage(t, "http://x")
	m := &Manager{Cluster: s.cluster, Replicas: 1, Install: func(context.Context, *rest.Config, int, []byte) ([]byte, error) { return nil, broken }}
	if err := m.Up(t.Context()); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	manager := Part{Name: "helm-manager-0", State: stateRunning}
	tests := []struct {
		name     string
		attempts int
		change   func(*Status)
		want     []string
	}{
		{"all is well", 1, func(*Status) {}, nil},
		{"stopped", 1, func(s *Status) { s.State = stateStopped }, []string{"stopped"}},
		{"a dead part", 1, func(s *Status) { s.Parts = append(s.Parts, Part{Name: "etcd", State: "exited", Log: "x.log"}) }, []string{"etcd: exited; see x.log"}},
		{"no manager", 1, func(s *Status) { s.Parts = nil }, []string{"helm-manager: not running"}},
		{"a manager that does not answer", 1000, func(*Status) {}, []string{"helm-manager: reading"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, fakeAPI(t, test.attempts), manager)
			status, err := s.cluster.Status(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			test.change(&status)
			s.say(status)
			got, err := (&Manager{Cluster: s.cluster}).Trouble(t.Context())
			if err != nil || len(got) != len(test.want) {
				t.Fatalf("got %q, %v, want %q", got, err, test.want)
			}
			for i, want := range test.want {
				if !strings.HasPrefix(got[i], want) {
					t.Errorf("got %q, want %q", got[i], want)
				}
			}
		})
	}
}

func TestPurgeRemovesOnlyItsOwn(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://x")
	dir := filepath.Join(s.home, managerDir)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s.write("home/manager/port", "1")
	s.write("home/manager/mine", "1")
	if _, err := (&Manager{Cluster: s.cluster}).Down(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 || left[0].Name() != "mine" {
		t.Errorf("left are %v, %v", left, err)
	}
}

func TestPurgeOfAForeignFolder(t *testing.T) {
	t.Parallel()
	s := newStage(t, "")
	s.say(Status{Dir: s.home, State: stateStopped})
	if err := os.Mkdir(filepath.Join(s.home, managerDir), 0o700); err != nil {
		t.Fatal(err)
	}
	s.write("home/manager/port", "1")
	if _, err := (&Manager{Cluster: s.cluster}).Down(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(s.home, managerDir, "port")); err != nil {
		t.Error(err)
	}
}

func TestStatusThatIsNone(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://x")
	for program, want := range map[string]string{
		"#!/bin/sh\necho 'helm-local: no cluster of ours' >&2\nexit 1\n": "running helm-local status: no cluster of ours",
		"#!/bin/sh\necho none\n": "reading the status of the cluster: helm-local answered 5 bytes that are none",
	} {
		cluster := &Cluster{Program: filepath.Join(t.TempDir(), "helm-local"), Progress: &s.progress}
		if err := os.WriteFile(cluster.Program, []byte(program), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := cluster.Status(t.Context()); err == nil || err.Error() != want {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
