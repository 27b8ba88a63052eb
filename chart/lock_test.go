package chart

import (
	"errors"
	"testing"
)

// The digests are those that Helm 4.3.1 wrote.
const (
	locking = `dependencies:
- name: sub
  version: ">=0.1.0 <1"
  repository: file://../sub
  alias: x
  condition: x.enabled
  tags: [a, "b<c"]
  import-values:
  - data
  - child: a
    parent: b
`
	locked = `dependencies:
- name: sub
  repository: file://../sub
  version: 0.1.0
digest: sha256:1564e69d9c4e1d45fc0b89d404b591dd35e6c2b8c33c5af9b3216fdf3398db9e
generated: "2026-11-22T15:38:47.88184013Z"
`
)

func TestCheckLock(t *testing.T) {
	t.Parallel()
	const old = "apiVersion: v1\nname: a\nversion: 0.1.0\n"
	hand := LockDigest([]*Dependency{{Name: "b"}}, nil)
	helm2 := lockDigest(helm2Requirements{[]*Dependency{{Name: "b", Version: "1.0.0"}}})
	tests := []struct {
		name  string
		files map[string]string
		fine  bool
	}{
		{"none", map[string]string{"Chart.yaml": minimal}, true},
		{"Helm's", map[string]string{"Chart.yaml": minimal + locking, "Chart.lock": locked}, true},
		{"Helm's, of an old chart", map[string]string{"Chart.yaml": old, "requirements.yaml": locking, "requirements.lock": locked}, true},
		{"Helm 2's", map[string]string{"Chart.yaml": old, "requirements.yaml": "dependencies: [{name: b, version: 1.0.0}]", "requirements.lock": "digest: " + helm2}, true},
		{"Helm 2's in a newer chart", map[string]string{"Chart.yaml": minimal + "dependencies: [{name: b, version: 1.0.0}]", "Chart.lock": "digest: " + helm2}, false},
		{"by hand", map[string]string{"Chart.yaml": minimal + "dependencies: [{name: b}]", "Chart.lock": "digest: " + hand}, true},
		{"another condition", map[string]string{"Chart.yaml": minimal + "dependencies: [{name: b, condition: x}]", "Chart.lock": "digest: " + hand}, false},
		{"other versions", map[string]string{"Chart.yaml": minimal + "dependencies: [{name: b}]", "Chart.lock": "digest: " + hand + "\ndependencies: [{name: b, version: 2.0.0}]"}, false},
		{"nothing declared", map[string]string{"Chart.yaml": minimal, "Chart.lock": locked}, false},
		{"nothing in it", map[string]string{"Chart.yaml": minimal + "dependencies: [{name: b}]", "Chart.lock": ""}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var files []File
			for name, text := range test.files {
				files = append(files, File{Name: name, Data: []byte(text)})
			}
			c, err := LoadFiles(files, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if err := c.CheckLock(); (err == nil) != test.fine || err != nil && !errors.Is(err, ErrInvalid) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	c, err := LoadFiles([]File{
		{Name: "Chart.yaml", Data: []byte(minimal + "dependencies: [{name: b, version: 9.9.9}, {name: c, alias: d}, {name: c}]")},
		{Name: "charts/b/Chart.yaml", Data: []byte("apiVersion: v2\nname: b\nversion: 0.1.0\n")},
	}, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if missing := c.Missing(); len(missing) != 2 || missing[0] != "c" || missing[1] != "c" {
		t.Errorf("missing: %q", missing)
	}
	if _, err := c.Configure(nil); !errors.Is(err, ErrInvalid) {
		t.Errorf("configuring an incomplete chart: %v", err)
	}
	present := c.Present()
	if _, err := present.Configure(nil); err != nil || present.Missing() != nil || present.Present() != present {
		t.Errorf("configuring what is there: %v", err)
	}
	if len(c.Metadata().Dependencies) != 3 {
		t.Error("the chart changed")
	}
}
