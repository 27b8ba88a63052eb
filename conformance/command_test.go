package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/conformance/program"
	"github.com/helm-dm/helm-dm/conformance/trial"
)

// commands is the folder of Helm's module whose tests run its commands, on the
// charts in testdata/testcharts.
func commands(t testing.TB) string { return filepath.Join(shipped(t), "pkg", "cmd") }

// TestTemplateCommand runs the offline cases of Helm's own tests of template, as
// the names of their golden files tell them.
func TestTemplateCommand(t *testing.T) {
	t.Parallel()
	const charts = "testdata/testcharts/"
	for name, args := range map[string]string{
		"template":                       charts + "subchart",
		"values-files":                   charts + "subchart --values " + charts + "subchart/charts/subchartA/values.yaml --values " + charts + "subchart/charts/subchartB/values.yaml",
		"set":                            charts + "subchart --set service.name=apache",
		"name-template":                  charts + `subchart --name-template={{("foobar")|upper|lower}}-baz`,
		"no-args":                        "",
		"lib-chart":                      charts + "lib-chart",
		"library-as-dependency":          charts + "chart-with-template-lib-dep",
		"packed-library-as-dependency":   charts + "chart-with-template-lib-archive-dep",
		"library-that-is-itself-a-chart": charts + "chart-with-lib-dep",
		"bad-type":                       charts + "chart-bad-type",
		"bad-requirements":               charts + "chart-bad-requirements",
		"bad-subcharts":                  charts + "chart-with-bad-subcharts",
		"missing-dependencies":           charts + "chart-missing-deps",
		"api-version":                    "--api-versions helm.k8s.io/test," + "another.example.com/v1 " + charts + "subchart",
		"kube-version":                   "--kube-version 1.16.0 " + charts + "subchart",
		"crds":                           "--include-crds " + charts + "subchart",
		"only-crds":                      "--include-crds " + charts + "chart-with-only-crds",
		"skip-crds":                      "--skip-crds " + charts + "subchart",
		"skip-tests":                     "--skip-tests " + charts + "subchart",
		"show-only-one":                  charts + "subchart --show-only templates/service.yaml",
		"show-only-multiple":             charts + "subchart --show-only templates/service.yaml --show-only charts/subcharta/templates/service.yaml",
		"show-only-glob":                 charts + "subchart --show-only templates/subdir/role*",
		"show-only-none":                 charts + "subchart --show-only templates/absent.yaml",
		"subchart-configmap":             charts + "subchart --set configmap.enabled=true",
		"subchart-configmap-value":       charts + "subchart --set configmap.enabled=true,configmap.value=test",
		"subchart-configmap-file":        charts + "subchart --set configmap.enabled=true --set-file configmap.value=testdata/password",
		"invalid-yaml":                   charts + "chart-with-template-with-invalid-yaml",
		"invalid-yaml-debug":             charts + "chart-with-template-with-invalid-yaml --debug",
		"invalid-expression":             charts + "chart-with-template-with-invalid-template-expr --show-only templates/alpine-pod.yaml --debug",
		"object-order":                   charts + "object-order",
		"issue-9027":                     charts + "issue-9027",
		"issue-7233":                     charts + "issue-7233",
		"issue-1979":                     charts + "issue1979",
		"deprecated":                     charts + "deprecated",
		"empty":                          charts + "empty",
		"secret":                         charts + "chart-with-secret",
		"subchart-notes":                 charts + "chart-with-subchart-notes",
		"schema":                         charts + "chart-with-schema",
		"schema-negative":                charts + "chart-with-schema --set age=-5",
		"schema-negative-in-the-chart":   charts + "chart-with-schema-negative",
		"schema-skipped":                 charts + "chart-with-schema-negative --skip-schema-validation",
		"subchart-schema":                charts + "chart-with-schema-and-subchart --set lastname=doe --set subchart-with-schema.age=25",
		"subchart-schema-negative":       charts + "chart-with-schema-and-subchart --set lastname=doe --set subchart-with-schema.age=-25",
		"package":                        charts + "compressedchart-0.1.0.tgz",
		"package-with-hyphens":           charts + "compressedchart-with-hyphens-0.1.0.tgz",
		"package-of-a-pre-release":       charts + "pre-release-chart-0.1.0-alpha.tgz",
		"upgrade":                        charts + "subchart --is-upgrade",
		"no-chart":                       charts + "upgradetest",
		"hooks-left-out":                 charts + "alpine --no-hooks --set Name=x",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, same(t, "template "+args))
		})
	}
}

// same runs both programs with arguments, in the folder of Helm's tests.
func same(t *testing.T, line string) trial.Outcome {
	t.Helper()
	args := strings.Fields(line)
	if args[0] == "template" && !slices.Contains(args, "--kube-version") {
		args = append(args, "--kube-version", "1.36.3")
	}
	return newPair(t).Try(t.Context(), trial.Case{Name: line, Args: args, Dir: commands(t)})
}

// TestLintCommand compares the verdicts of lint: what ours prints is its own.
func TestLintCommand(t *testing.T) {
	t.Parallel()
	const charts = "testdata/testcharts/"
	for name, args := range map[string]string{
		"good":                      charts + "decompressedchart",
		"alpine":                    charts + "alpine",
		"subchart":                  charts + "subchart",
		"bad-subcharts":             charts + "chart-with-bad-subcharts",
		"bad-subcharts-too":         "--with-subcharts " + charts + "chart-with-bad-subcharts",
		"deprecated-api":            "--kube-version 1.22.0 " + charts + "chart-with-deprecated-api",
		"deprecated-api-strict":     "--kube-version 1.22.0 --strict " + charts + "chart-with-deprecated-api",
		"deprecated-api-old":        "--kube-version 1.21.0 --strict " + charts + "chart-with-deprecated-api",
		"quiet":                     "--quiet " + charts + "alpine",
		"quiet-error":               "--quiet " + charts + "chart-bad-requirements " + charts + "alpine",
		"quiet-warning":             "--quiet " + charts + "chart-with-only-crds",
		"strict-warning":            "--strict " + charts + "chart-with-only-crds",
		"bad-type":                  charts + "chart-bad-type",
		"missing-dependencies":      charts + "chart-missing-deps",
		"schema":                    charts + "chart-with-schema",
		"schema-negative":           charts + "chart-with-schema-negative",
		"schema-skipped":            "--skip-schema-validation " + charts + "chart-with-schema-negative",
		"invalid-yaml":              charts + "chart-with-template-with-invalid-yaml",
		"package":                   charts + "compressedchart-0.1.0.tgz",
		"rules-bad-chart-file":      "../chart/v2/lint/rules/testdata/badchartfile",
		"rules-bad-name":            "../chart/v2/lint/rules/testdata/badchartname",
		"rules-bad-values":          "../chart/v2/lint/rules/testdata/badvaluesfile",
		"rules-bad-crds":            "../chart/v2/lint/rules/testdata/badcrdfile",
		"rules-crds-no-folder":      "../chart/v2/lint/rules/testdata/invalidcrdsdir",
		"rules-good":                "../chart/v2/lint/rules/testdata/goodone",
		"rules-malformed":           "../chart/v2/lint/rules/testdata/malformed-template",
		"rules-failing-templates":   "../chart/v2/lint/rules/testdata/multi-template-fail",
		"rules-removed-api":         "../chart/v2/lint/rules/testdata/v3-fail",
		"rules-subchart":            "../chart/v2/lint/rules/testdata/withsubchart",
		"rules-albatross":           "../chart/v2/lint/rules/testdata/albatross",
		"nothing-there":             charts + "absent",
		"several-of-which-one-good": charts + "alpine " + charts + "chart-bad-type",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			outcome := same(t, "lint "+args)
			if outcome.Err != nil || (outcome.Ours.Code == 0) != (outcome.Theirs.Code == 0) {
				t.Errorf("helm lint %s: exit codes differ%s\ntheirs:\n%s\nours:\n%s", args, details(outcome), outcome.Theirs.Stdout, outcome.Ours.Stdout)
			}
		})
	}
}

// TestPackageCommand compares the packages that both make: the files of the chart
// itself one by one, and the rest by what Helm 4 and Helm 3 make of it. Helm
// writes Chart.yaml anew, leaves out Chart.lock where requirements.lock is, unpacks packages below charts and gives the folders
// there other names; ours leaves all that as it is.
func TestPackageCommand(t *testing.T) {
	t.Parallel()
	const charts = "testdata/testcharts/"
	for name, args := range map[string]string{
		"alpine":               charts + "alpine",
		"dependency":           charts + "chart-with-template-lib-dep",
		"version":              charts + "alpine --version 3.1.4",
		"app-version":          charts + "alpine --app-version 9.9.9-rc.1",
		"both-versions":        charts + "issue1979 --version 1.2.3+build.4 --app-version x",
		"requirements":         "../chart/v2/loader/testdata/frobnitz.v1",
		"library":              charts + "lib-chart",
		"packed-dependency":    charts + "chart-with-template-lib-archive-dep",
		"schema":               charts + "chart-with-schema",
		"crds":                 charts + "chart-with-only-crds",
		"notes":                charts + "chart-with-subchart-notes",
		"bad-version":          charts + "alpine --version one",
		"missing-dependencies": charts + "chart-missing-deps",
		"bad-type":             charts + "chart-bad-type",
		"nothing-there":        charts + "absent",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pair, dir := newPair(t), t.TempDir()
			ours := pack(t, pair, pair.Ours, args, filepath.Join(dir, "ours"))
			theirs := pack(t, pair, pair.Theirs, args, filepath.Join(dir, "theirs"))
			if diff := cmp.Diff(theirs, ours); diff != "" {
				t.Errorf("packages (-theirs +ours):\n%s", diff)
			}
			for _, helm := range []string{"helm4", "helm3"} {
				agree(t, pair.Runner, find(t, helm), filepath.Join(dir, "ours"), filepath.Join(dir, "theirs"))
			}
		})
	}
}

// pack packs into dir, and returns the files of the package there by their
// paths, nil when the program refuses.
func pack(t *testing.T, pair trial.Pair, helm, args, dir string) map[string]string {
	t.Helper()
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	result, err := pair.Runner.Run(t.Context(), program.Call{
		Program: helm, Args: append([]string{"package", "--destination", dir}, strings.Fields(args)...), Dir: commands(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	packages, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || (result.Code == 0) != (len(packages) > 0) {
		t.Fatalf("exit code %d with packages %q: %v\n%s", result.Code, packages, err, result.Stderr)
	}
	if packages == nil {
		return nil
	}
	data, err := os.ReadFile(packages[0])
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{"the package's name": filepath.Base(packages[0])}
	unpack(t, data, out)
	return out
}

// unpack adds the files of a package to out, without Chart.yaml, Chart.lock and
// subcharts.
func unpack(t *testing.T, data []byte, out map[string]string) {
	t.Helper()
	unzipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for archive := tar.NewReader(unzipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		_, name, _ := strings.Cut(header.Name, "/")
		if name == "Chart.yaml" || name == "Chart.lock" || strings.HasPrefix(name, "charts/") {
			continue
		}
		text, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		out[header.Name] = string(text)
	}
}

// agree has a program show and render the packages in two folders, and compares.
func agree(t *testing.T, runner *program.Runner, helm, ours, theirs string) {
	t.Helper()
	for _, args := range []string{"show chart", "show crds", "template x --include-crds --kube-version 1.30.0"} {
		var outputs []string
		for _, dir := range []string{ours, theirs} {
			packages, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range packages {
				result, err := runner.Run(t.Context(), program.Call{Program: helm, Args: append(strings.Fields(args), file)})
				if err != nil {
					t.Fatal(err)
				}
				outputs = append(outputs, string(result.Stdout)+strings.ReplaceAll(string(result.Stderr), dir, ""))
			}
		}
		if len(outputs) == 2 && outputs[0] != outputs[1] {
			t.Errorf("%s %s of our package and theirs (-theirs +ours):\n%s", filepath.Base(helm), args, cmp.Diff(outputs[1], outputs[0]))
		}
	}
}
