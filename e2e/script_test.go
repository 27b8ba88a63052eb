package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/helm-dm/helm-dm/internal/clustertest"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// awaited is how long the command await repeats another one.
const awaited = time.Minute

// TestScript runs the scripts. Each has a namespace of its own, $NS, in which it
// starts as an editor. Beside testscript's own commands there are:
//
//	as admin|editor|viewer|stranger   who the commands after it are run as
//	exits CODE COMMAND...             run a command that must end with this code
//	await COMMAND...                  repeat a command until it succeeds
//	serve web|locked|s3|registry      start a server that keeps charts; see serve
//	fault PATH ANSWER                 let the web server answer a path otherwise; see fault
func TestScript(t *testing.T) {
	t.Parallel()
	cluster := clustertest.Start(t)
	charts, err := filepath.Abs("../examples/charts")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE") != "",
		Setup: func(env *testscript.Env) error {
			s := &stage{TB: env.T().(testing.TB), cluster: cluster, users: map[string]*clustertest.User{}}
			s.namespace = cluster.Namespace(s)
			env.Values[stageKey{}] = s
			env.Setenv("NS", s.namespace)
			env.Setenv("CHARTS", charts)
			env.Setenv("HOME", filepath.Join(env.WorkDir, ".home"))
			env.Setenv("PATH", cluster.Bin()+string(filepath.ListSeparator)+env.Getenv("PATH"))
			env.Setenv("KUBECONFIG", s.user("editor").Kubeconfig)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"as":    as,
			"exits": exits,
			"await": await,
			"serve": serve,
			"fault": fault,
		},
	})
}

type stageKey struct{}

// stage is what a script plays on.
type stage struct {
	testing.TB
	cluster   *clustertest.Cluster
	namespace string
	users     map[string]*clustertest.User
	web       *repotest.Web // once it is served
	hosts     []string      // of the servers that keep charts
}

// user makes the user of that role, once.
func (s *stage) user(role string) *clustertest.User {
	roles := map[string]func(testing.TB, string) *clustertest.User{
		"admin":    s.cluster.Admin,
		"editor":   s.cluster.Editor,
		"viewer":   s.cluster.Viewer,
		"stranger": s.cluster.Stranger,
	}
	if roles[role] == nil {
		s.Fatalf("there is no role %q", role)
	}
	if s.users[role] == nil {
		s.users[role] = roles[role](s, s.namespace)
	}
	return s.users[role]
}

func as(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: as ROLE")
	}
	ts.Setenv("KUBECONFIG", ts.Value(stageKey{}).(*stage).user(args[0]).Kubeconfig)
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	got := 0
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, not %d", got, want)
	}
}

func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: await COMMAND...")
	}
	deadline := time.Now().Add(awaited)
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		err := ts.Exec(args[0], args[1:]...)
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("it never succeeded: %v", err)
		}
		time.Sleep(pause)
	}
}
