package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWrongUsage(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"unknown command":  {"fly"},
		"unknown flag":     {"up", "--fast"},
		"too many":         {"up", "now"},
		"unknown format":   {"status", "-o", "xml"},
		"no user":          {"user"},
		"empty user":       {"user", ""},
		"no guest":         {"stop"},
		"guest name":       {"stop", "../etcd"},
		"name of a part":   {"run", "etcd", "--", "true"},
		"no program":       {"run", "guest"},
		"no dashes":        {"run", "guest", "true"},
		"nothing to run":   {"run", "guest", "--"},
		"ready-url scheme": {"run", "guest", "--ready-url", "ftp://localhost/", "--", "true"},
	}
	for name, args := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := local(t, t.TempDir(), args...)
			if r.code != 2 || r.out != "" || !strings.HasPrefix(r.err, "helm-local: ") {
				t.Errorf("got exit code %d, output %q, errors %q; want exit code 2 and one error", r.code, r.out, r.err)
			}
		})
	}
}

func TestNeverStarted(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "none")
	if r := local(t, dir, "status"); r.code != 1 || r.out != "stopped\n" {
		t.Errorf("status: exit code %d, output %q", r.code, r.out)
	}
	if s := statusOf(t, dir); s.State != "stopped" || s.Dir != dir || s.Version != "v1.36.3" {
		t.Errorf("status as JSON: %+v", s)
	}
	must(t, dir, "Stopped\n", "down")
	must(t, dir, "Stopped\n", "down", "--purge")
	for _, args := range [][]string{{"user", "jane"}, {"stop", "guest"}, {"run", "guest", "--", "true"}} {
		if r := local(t, dir, args...); r.code != 1 || !strings.Contains(r.err, "helm-local up") {
			t.Errorf("%v: exit code %d, errors %q; want a hint at helm-local up", args, r.code, r.err)
		}
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder has come to be: %v", err)
	}
}

func TestForeignFolder(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"notes.txt", "cluster.json"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte(`{"kind": "of magic"}`), 0o644); err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{{"up"}, {"down", "--purge"}, {"status"}, {"user", "jane"}} {
				if r := local(t, dir, args...); r.code != 1 || !strings.Contains(r.err, "not made by helm-local") {
					t.Errorf("%v: exit code %d, errors %q; want it refused", args, r.code, r.err)
				}
			}
			entries, err := os.ReadDir(dir)
			if err != nil || len(entries) != 1 || entries[0].Name() != name {
				t.Errorf("the folder has changed: %v %v", entries, err)
			}
		})
	}
}
