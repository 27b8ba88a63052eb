package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Environment variables of the tests.
const (
	binVar    = "HELM_LOCAL_BIN"         // the program to test; built when empty
	sharedVar = "HELM_LOCAL_TEST_SHARED" // folder of the cluster that tests share and leave as it is
	guestVar  = "HELM_LOCAL_TEST_GUEST"  // makes the test program a guest: its address, or "crash"
)

func TestMain(m *testing.M) {
	if role := os.Getenv(guestVar); role != "" {
		os.Exit(guest(role))
	}
	os.Exit(withCluster(m))
}

// guest serves until it is killed.
func guest(role string) int {
	if role == "crash" {
		fmt.Println("guest: no wish to live")
		return 3
	}
	fmt.Println(http.ListenAndServe(role, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/ready" {
			http.NotFound(w, r)
		}
	})))
	return 1
}

// withCluster runs the tests with the program built and the shared cluster up.
func withCluster(m *testing.M) int {
	tmp, err := os.MkdirTemp("", "helm-local-test-")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer os.RemoveAll(tmp)
	bin := os.Getenv(binVar)
	if bin == "" {
		bin = filepath.Join(tmp, "helm-local")
		version := "-X k8s.io/component-base/version.git"
		flags := fmt.Sprintf("%sVersion=v1.36.3 %[1]sMajor=1 %[1]sMinor=36", version)
		build := exec.Command("go", "build", "-ldflags", flags, "-o", bin, ".")
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Printf("building helm-local: %v\n%s", err, out)
			return 1
		}
	}
	shared := filepath.Join(tmp, "shared, with a comma")
	environment, err := hostile(tmp)
	if err := errors.Join(err, os.Setenv(binVar, bin), os.Setenv(sharedVar, shared)); err != nil {
		fmt.Println(err)
		return 1
	}
	defer func() {
		if out, err := exec.Command(bin, "--dir", shared, "down").CombinedOutput(); err != nil {
			fmt.Printf("taking down the shared cluster: %v\n%s", err, out)
		}
	}()
	up := exec.Command(bin, "--dir", shared, "up")
	up.Env = append(os.Environ(), environment...)
	if out, err := up.CombinedOutput(); err != nil {
		fmt.Printf("bringing up the shared cluster: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// hostile is an environment that would break the parts if they looked at it.
func hostile(tmp string) ([]string, error) {
	dir := filepath.Join(tmp, ".kwok")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	return []string{
		"HOME=" + tmp, "KUBECONFIG=/nonexistent", "ETCD_NAME=intruder", "ETCD_DATA_DIR=" + tmp,
		"KWOK_CONFIG=/nonexistent", "KWOK_WORKDIR=" + dir,
	}, os.WriteFile(filepath.Join(dir, "kwok.yaml"), []byte("{broken"), 0o600)
}

// result is what a run of the program left behind.
type result struct {
	out, err string
	code     int
}

// local runs helm-local for the cluster in the folder.
func local(t *testing.T, dir string, args ...string) result {
	t.Helper()
	var out, errOut bytes.Buffer
	cmd := command(t, dir, args...)
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return result{"", err.Error(), -1}
	}
	return result{out.String(), errOut.String(), cmd.ProcessState.ExitCode()}
}

func command(t *testing.T, dir string, args ...string) *exec.Cmd {
	return exec.CommandContext(t.Context(), os.Getenv(binVar), append([]string{"--dir", dir}, args...)...)
}

// must runs helm-local, which must succeed and print exactly want.
func must(t *testing.T, dir, want string, args ...string) {
	t.Helper()
	if r := local(t, dir, args...); r.code != 0 || r.out != want {
		t.Fatalf("helm-local %s: exit code %d, output %q, want %q; errors:\n%s", strings.Join(args, " "), r.code, r.out, want, r.err)
	}
}

// folder returns a folder for a cluster, which is taken down with the test.
func folder(t *testing.T) string {
	dir := filepath.Join(t.TempDir(), "cluster")
	t.Cleanup(func() {
		if out, err := exec.Command(os.Getenv(binVar), "--dir", dir, "down").CombinedOutput(); err != nil {
			t.Errorf("taking down the cluster: %v\n%s", err, out)
		}
	})
	return dir
}

func shared() string { return os.Getenv(sharedVar) }

type partStatus struct {
	Name, State, Log, Message string
	Guest                     bool
	PID                       int
}

type status struct {
	Dir, State, Server, Kubeconfig, Version string
	Parts                                   []partStatus
}

func (s status) pids() map[string]int {
	pids := map[string]int{}
	for _, p := range s.Parts {
		if !p.Guest {
			pids[p.Name] = p.PID
		}
	}
	return pids
}

func (s status) part(name string) partStatus {
	for _, p := range s.Parts {
		if p.Name == name {
			return p
		}
	}
	return partStatus{}
}

func statusOf(t *testing.T, dir string) status {
	t.Helper()
	r := local(t, dir, "status", "-o", "json")
	var s status
	if err := json.Unmarshal([]byte(r.out), &s); err != nil {
		t.Fatalf("reading the status: %v\n%s%s", err, r.out, r.err)
	}
	return s
}

func clientOf(t *testing.T, kubeconfig string) kubernetes.Interface {
	t.Helper()
	client, err := kubernetes.NewForConfig(configOf(t, kubeconfig))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func configOf(t *testing.T, kubeconfig string) *rest.Config {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	config.QPS = -1
	return config
}

func admin(t *testing.T, dir string) kubernetes.Interface {
	t.Helper()
	return clientOf(t, filepath.Join(dir, "admin.kubeconfig"))
}

// eventually polls until check returns nil.
func eventually(t *testing.T, check func(ctx context.Context) error) {
	t.Helper()
	var last error
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		err := check(ctx)
		if ctx.Err() == nil || last == nil { // an answer says more than that the time was up
			last = err
		}
		return err == nil, nil
	})
	if err != nil {
		t.Fatalf("%v: %v", err, last)
	}
}

// freeAddress returns an address on which nobody listens yet.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
