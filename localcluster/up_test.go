package main_test

import (
	"bufio"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestLife tells the life of a cluster that lives beside the shared one.
func TestLife(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	upTwiceAtOnce(t, dir)
	must(t, dir, "OK\n", "status")
	born, other := statusOf(t, dir), statusOf(t, shared())
	if born.State != "running" || born.Server == other.Server {
		t.Fatalf("not a cluster of its own: %+v beside %+v", born, other)
	}
	leaveNote(t, dir)
	killAndMend(t, dir, born)

	address := freeAddress(t)
	must(t, dir, "Started visitor\n", runGuest("visitor", address)...)
	must(t, dir, "Stopped\n", "down")
	if left := inhabitants(t, dir); len(left) > 0 {
		t.Errorf("processes %v have survived down", left)
	}
	if _, err := net.Dial("tcp", address); err == nil {
		t.Error("the guest has survived down")
	}
	if r := local(t, dir, "status"); r.code != 1 || r.out != "stopped\n" {
		t.Errorf("status after down: exit code %d, output %q", r.code, r.out)
	}
	must(t, dir, "Stopped\n", "down")

	riseElsewhere(t, dir, born)
	must(t, dir, "Stopped\n", "down", "--purge")
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("purge has left %v, %v", entries, err)
	}
}

// upTwiceAtOnce brings up a new cluster with two commands; one of them does it.
func upTwiceAtOnce(t *testing.T, dir string) {
	done := make(chan result)
	for range 2 {
		go func() { done <- local(t, dir, "up") }()
	}
	first, second := <-done, <-done
	for _, r := range []result{first, second} {
		if r.code != 0 || r.out != "Ready: "+dir+"\n" {
			t.Fatalf("up: exit code %d, output %q, errors:\n%s", r.code, r.out, r.err)
		}
	}
	if n := strings.Count(first.err+second.err, "starting etcd"); n != 1 {
		t.Errorf("etcd was started %d times", n)
	}
}

// killAndMend kills one part and lets up start it again, and nothing else.
func killAndMend(t *testing.T, dir string, before status) {
	const victim = "kube-scheduler"
	if err := syscall.Kill(before.part(victim).PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	want := victim + ": not running (exited; see " + filepath.Join(dir, "logs", victim+".log") + ")\n"
	if r := local(t, dir, "status"); r.code != 1 || r.out != want {
		t.Errorf("status: exit code %d, output %q, want %q", r.code, r.out, want)
	}
	if s := statusOf(t, dir); s.State != "broken" || s.part(victim).State != "exited" {
		t.Errorf("status as JSON: %+v", s)
	}
	must(t, dir, "Ready: "+dir+"\n", "up")
	after := statusOf(t, dir)
	old, fresh := before.pids(), after.pids()
	if old[victim] == fresh[victim] || after.State != "running" {
		t.Errorf("up has not mended %s: %+v", victim, after)
	}
	delete(old, victim)
	delete(fresh, victim)
	if diff := cmp.Diff(old, fresh); diff != "" {
		t.Errorf("up has changed other parts (-before +after):\n%s", diff)
	}
}

func leaveNote(t *testing.T, dir string) {
	note := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "note"}, Data: map[string]string{"text": "remember"}}
	if _, err := admin(t, dir).CoreV1().ConfigMaps("default").Create(t.Context(), note, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// riseElsewhere brings the cluster up after somebody has taken its port: it must find another, and still have its data.
func riseElsewhere(t *testing.T, dir string, before status) {
	u, err := url.Parse(before.Server)
	if err != nil {
		t.Fatal(err)
	}
	squatter, err := net.Listen("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer squatter.Close()
	must(t, dir, "Ready: "+dir+"\n", "up")
	if after := statusOf(t, dir); after.Server == before.Server || after.State != "running" {
		t.Errorf("status with the old port %s taken: %+v", u.Host, after)
	}
	note, err := admin(t, dir).CoreV1().ConfigMaps("default").Get(t.Context(), "note", metav1.GetOptions{})
	if err != nil || note.Data["text"] != "remember" {
		t.Errorf("the data have not survived: %v, %v", note, err)
	}
}

// inhabitants lists the processes whose working directory is the folder, which all parts have; on Linux only.
func inhabitants(t *testing.T, dir string) []string {
	links, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && target == dir {
			found = append(found, link)
		}
	}
	return found
}

func TestUpWhenUp(t *testing.T) {
	t.Parallel()
	before := statusOf(t, shared())
	must(t, shared(), "Ready: "+shared()+"\n", "up")
	if diff := cmp.Diff(before.pids(), statusOf(t, shared()).pids()); diff != "" {
		t.Errorf("up has changed a running cluster (-before +after):\n%s", diff)
	}
}

// TestFailedStart puts a file where etcd's data should be.
func TestFailedStart(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"cluster.json": `{"kind": "helm-local cluster"}`, "data/etcd": "no folder"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := local(t, dir, "up")
	log := filepath.Join(dir, "logs", "etcd.log")
	if r.code != 1 || r.out != "" || !strings.Contains(r.err, "etcd ended while it was starting") ||
		!strings.Contains(r.err, log) || !strings.Contains(r.err, "not a directory") {
		t.Errorf("exit code %d, output %q, errors:\n%s\nwant etcd, the path of its log and its last words", r.code, r.out, r.err)
	}
	if r := local(t, dir, "status"); r.out != "stopped\n" {
		t.Errorf("status: %q", r.out)
	}
}

// TestInterrupt interrupts up when the first parts run.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	cmd := command(t, dir, "up")
	progress, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(progress)
	for lines.Scan() && lines.Text() != "starting kube-apiserver" {
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(progress)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != 1 {
		t.Errorf("up: %v; %s", err, rest)
	}
	if left := inhabitants(t, dir); len(left) > 0 {
		t.Errorf("processes %v have survived", left)
	}
	if r := local(t, dir, "status"); r.out != "stopped\n" {
		t.Errorf("status: %q", r.out)
	}
}

func TestEverythingIsPrivate(t *testing.T) {
	t.Parallel()
	err := filepath.WalkDir(shared(), func(path string, _ os.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil // etcd renames its files
		}
		if err != nil {
			return err
		}
		info, err := os.Lstat(path)
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: mode %v", path, info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
