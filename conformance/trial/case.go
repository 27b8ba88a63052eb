// Package trial runs two programs, ours and the oracle, on the same charts in the
// same circumstances, and tells how each case ended.
//
// It holds the outputs of the cases under way, and of those that ended in a
// difference, in memory.
package trial

import (
	"path/filepath"
	"strings"

	"github.com/helm-dm/helm-dm/conformance/collection"
)

// Case is one comparison: the arguments that both programs get.
type Case struct {
	Name string // unique in a collection: the chart and what is special
	Args []string
	Dir  string // the working folder; the caller's when empty
}

// circumstance is a release and a cluster that a chart may meet.
type circumstance struct {
	name   string
	args   []string // the last is the name of the release
	values bool     // tried with every values file, not only with the defaults
}

// circumstances are what every chart is tried in. The version of Kubernetes is
// always given: it is not the same in two programs.
func circumstances() []circumstance {
	return []circumstance{
		{name: "install", args: []string{"--kube-version", "1.36.3", "conform"}, values: true},
		{name: "upgrade", args: []string{
			"--kube-version", "1.24.0", "--namespace", "elsewhere", "--is-upgrade", "--include-crds",
			"a-release-with-quite-a-long-name",
		}},
		{name: "cluster", args: []string{
			"--kube-version", "v1.29.4-gke.1043002", "--set", "global.imageRegistry=registry.test,nameOverride=other",
			"--api-versions", "monitoring.coreos.com/v1,networking.k8s.io/v1/Ingress,cert-manager.io/v1", "x",
		}},
	}
}

// Cases are all cases of a chart.
func Cases(chart collection.Chart) []Case {
	var out []Case
	for _, c := range circumstances() {
		args := append([]string{"template"}, c.args...)
		args = append(args, chart.Path)
		out = append(out, Case{Name: chart.Name + " " + c.name, Args: args})
		if !c.values {
			continue
		}
		for _, file := range chart.Values {
			name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
			out = append(out, Case{
				Name: chart.Name + " " + c.name + " " + name,
				Args: append(args[:len(args):len(args)], "--values", file),
			})
		}
	}
	return out
}
