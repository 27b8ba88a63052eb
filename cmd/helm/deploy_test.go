package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
)

func TestDeployWaits(t *testing.T) {
	t.Parallel()
	f := &fake{states: []state{
		at(v1alpha1.StepFetching),
		at(v1alpha1.StepWaiting, pod(v1alpha1.HealthInProgress, "pulling the image")),
		at(v1alpha1.StepDone, pod(v1alpha1.HealthHealthy, "")),
	}}
	got := helm(t, f, "deploy", "helm:example.com/foo/bar#1.0.0")
	want := result{0, "Created wonky-panda\n", `Accepted
Fetching
Waiting
Pod/p: created, in progress (pulling the image)
Pod/p: created, healthy
Done
`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if chart := f.created[0].Spec.Chart; chart != "helm:example.com/foo/bar#1.0.0" {
		t.Errorf("deployed %q", chart)
	}
}

func TestDeploySendsWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	values := file(t, "values.yaml", "a: 1\n---\na: 2\n")
	content := file(t, "text.txt", "x,y=z")
	f := &fake{states: []state{at(v1alpha1.StepDone)}}
	got := helmWith(t.Context(), t, f, "b: 1\n", "-q", "deploy", "helm:e/b", "-name", "taco", "--namespace", "bar", "--timeout", "90s", "-m", "party",
		"--set-literal", "l=1", "--set-file", "f="+content, "--set-string", "s=1", "--set", "n=1,m=2", "--set", "o=3",
		"--set-json", "j=[1]", "-f", values, "-f", "-")
	if diff := cmp.Diff(result{0, "Created taco\n", ""}, got); diff != "" {
		t.Fatal(diff)
	}
	want := v1alpha1.ChartDeployment{
		TypeMeta:   metav1.TypeMeta{Kind: "ChartDeployment", APIVersion: "dm.helm.sh/v1alpha1"},
		ObjectMeta: metav1.ObjectMeta{Name: "taco", Namespace: "bar", Annotations: map[string]string{v1alpha1.AnnotationReason: "party"}},
		Spec: v1alpha1.ChartDeploymentSpec{
			Chart: "helm:e/b",
			Parameters: []v1alpha1.ParameterSource{
				{Type: v1alpha1.ParameterValues, Text: "a: 1\n"},
				{Type: v1alpha1.ParameterValues, Text: "a: 2\n"},
				{Type: v1alpha1.ParameterValues, Text: "b: 1\n"},
				{Type: v1alpha1.ParameterSetJSON, Text: "j=[1]"},
				{Type: v1alpha1.ParameterSet, Text: "n=1,m=2"},
				{Type: v1alpha1.ParameterSet, Text: "o=3"},
				{Type: v1alpha1.ParameterSetString, Text: "s=1"},
				{Type: v1alpha1.ParameterSetFile, Text: "f=x,y=z"},
				{Type: v1alpha1.ParameterSetLiteral, Text: "l=1"},
			},
			Options: v1alpha1.DeploymentOptions{Timeout: metav1.Duration{Duration: 90 * time.Second}},
		},
	}
	if diff := cmp.Diff(want, f.created[0]); diff != "" {
		t.Error(diff)
	}
}

func TestDeployFromHeaders(t *testing.T) {
	t.Parallel()
	config := file(t, "party.yaml", "# @chart helm:e/one\n# @deployment first\n# @namespace bar\na: 1\n---\n# @chart helm:e/two\nb: 1\n")
	type sent struct{ Name, Namespace, Chart string }
	tests := []struct {
		name string
		args []string
		want []sent
		code int
	}{
		{"each in turn", nil, []sent{{"first", "bar", "helm:e/one"}, {"", "shop", "helm:e/two"}}, 0},
		{"the one that is named", []string{"-n", "first"}, []sent{{"first", "bar", "helm:e/one"}}, 0},
		{"the command line wins", []string{"-n", "first", "--namespace", "baz", "helm:e/three"}, []sent{{"first", "baz", "helm:e/three"}}, 0},
		{"an unknown name", []string{"-n", "third"}, nil, 2},
		{"one chart for two", []string{"helm:e/three"}, nil, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := &fake{states: []state{at(v1alpha1.StepDone)}}
			got := helm(t, f, append([]string{"deploy", "-f", config}, test.args...)...)
			if got.Code != test.code {
				t.Errorf("exit code %d: %s", got.Code, got.Err)
			}
			var all []sent
			for _, d := range f.created {
				all = append(all, sent{d.Name, d.Namespace, d.Spec.Chart})
			}
			if diff := cmp.Diff(test.want, all); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDeployLocalChart(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "mychart")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "Chart.yaml"), []byte("apiVersion: v2\nname: mychart\nversion: 0.0.1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	loaded, err := chart.LoadDir(folder, chart.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	data, err := loaded.Pack()
	if err != nil {
		t.Fatal(err)
	}
	archive := file(t, "any.tgz", string(data))
	for _, path := range []string{folder, "file://" + folder, archive} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			f := &fake{states: []state{at(v1alpha1.StepDone)}}
			got := helm(t, f, "deploy", path)
			shown := "Uploading " + strings.TrimPrefix(path, "file://") + " as localchart/mychart-0.0.1.tgz\n"
			if got.Code != 0 || !strings.HasPrefix(got.Err, shown) {
				t.Errorf("exit code %d: %s", got.Code, got.Err)
			}
			digest := chart.Digest(data)
			if diff := cmp.Diff("localchart/mychart#0.0.1@"+digest, f.created[0].Spec.Chart); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(data, f.uploaded[digest]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDeployInvalidInput(t *testing.T) {
	t.Parallel()
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, "Chart.yaml"), []byte("name: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"no chart", nil, "no chart"},
		{"a folder that is not there", []string{"./none"}, "none"},
		{"a folder with a broken chart", []string{broken}, broken},
		{"a package that is none", []string{file(t, "x.tgz", "nonsense")}, "x.tgz"},
		{"a configuration file", []string{file(t, "two.yaml", "a: 1")}, "Try: helm deploy -f "},
		{"another deployment's documents", []string{"-n", "taco", "-f", file(t, "two.yaml", "# @chart helm:a/b\n---\n# @deployment x\n")}, `there is one for the chart "helm:a/b" under any name, one for "x"`},
		{"a reference with blanks", []string{"helm:a b"}, "helm:a b"},
		{"a configuration file that is not there", []string{"helm:e/b", "-f", "none.yaml"}, "none.yaml"},
		{"standard input twice", []string{"helm:e/b", "-f", "-", "-f", "-"}, "twice"},
		{"a file to set that is not there", []string{"helm:e/b", "--set-file", "a=none.txt"}, "none.txt"},
		{"a file to set without a file", []string{"helm:e/b", "--set-file", "a"}, "PATH=FILE"},
		{"a malformed header", []string{"-f", file(t, "h.yaml", "# @chart\n")}, "h.yaml"},
		{"too many arguments", []string{"a", "b"}, "2 arguments"},
		{"an unknown flag", []string{"--nonsense"}, "--nonsense"},
		{"an unknown format", []string{"helm:e/b", "-o", "wide"}, "wide"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := &fake{}
			got := helm(t, f, append([]string{"deploy"}, test.args...)...)
			if got.Code != fault.ExitUsage || !strings.HasPrefix(got.Err, "Error: ") || !strings.Contains(got.Err, test.want) || got.Out != "" {
				t.Errorf("got %+v, want exit code 2 and %q", got, test.want)
			}
			if len(f.created) > 0 {
				t.Errorf("deployed %v", f.created)
			}
		})
	}
}

func TestDeployFailure(t *testing.T) {
	t.Parallel()
	codes := map[v1alpha1.Reason]int{
		v1alpha1.ReasonUnhealthy:   1,
		v1alpha1.ReasonCancelled:   1,
		v1alpha1.ReasonInvalid:     2,
		v1alpha1.ReasonNotFound:    3,
		v1alpha1.ReasonConflict:    4,
		v1alpha1.ReasonForbidden:   5,
		v1alpha1.ReasonUnavailable: 6,
		v1alpha1.ReasonTimeout:     7,
	}
	for reason, code := range codes {
		t.Run(string(reason), func(t *testing.T) {
			t.Parallel()
			f := &fake{states: []state{failed(reason, "it broke\x1b[2J", pod(v1alpha1.HealthUnhealthy, "crash loop"))}}
			got := helm(t, f, "-q", "deploy", "helm:e/b", "-n", "taco")
			want := result{code, "", "Pod/p: crash loop\nError: Deploy of \"taco\" failed: it broke[2J\n"}
			if reason == v1alpha1.ReasonForbidden {
				want.Err += "Try: kubectl auth can-i --list --namespace shop\n"
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDeployFailureThatLeavesSomething(t *testing.T) {
	t.Parallel()
	for flags, called := range map[string]string{"": "taco", "--namespace bar": "taco --namespace bar"} {
		left := failed(v1alpha1.ReasonTimeout, "timed out")
		left.object.Status.Revision = 1
		got := helm(t, &fake{states: []state{left}}, append(strings.Fields(flags), "-q", "deploy", "helm:e/b", "-n", "taco")...)
		want := result{7, "", "Error: Deploy of \"taco\" failed: timed out\nTry: helm status " + called + ", and helm delete " + called + " before another attempt\n"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

// TestDeployOfATakenName advises to delete only what has failed.
func TestDeployOfATakenName(t *testing.T) {
	t.Parallel()
	for phase, try := range map[v1alpha1.Phase]string{
		v1alpha1.PhaseDeployed: "Try: helm status taco, or helm deploy -n with another name\n",
		v1alpha1.PhaseFailed:   "Try: helm delete taco to clear what failed, or helm deploy -n with another name\n",
	} {
		holder := v1alpha1.ChartDeployment{ObjectMeta: metav1.ObjectMeta{Name: "taco", Namespace: "shop"}}
		holder.Status.Phase = phase
		f := &fake{items: []v1alpha1.ChartDeployment{holder}, refuse: map[string]metav1.Status{
			"POST chartdeployments": refusal(409, metav1.StatusReasonAlreadyExists, "taken")}}
		got := helm(t, f, "deploy", "-n", "taco", "helm:e/b")
		if got.Code != fault.ExitConflict || !strings.HasSuffix(got.Err, try) {
			t.Errorf("%s: got %+v, want %q", phase, got, try)
		}
	}
}

// TestDeployRefusesBeforeItUploads gives an existing chart with what is wrong.
func TestDeployRefusesBeforeItUploads(t *testing.T) {
	t.Parallel()
	folder := filepath.Dir(file(t, "Chart.yaml", "apiVersion: v2\nname: note\nversion: 0.3.0\n"))
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"-n", ""}, "Error: --name is empty\n"},
		{[]string{"-name="}, "Error: --name is empty\n"},
		{[]string{"--as", ""}, "Error: --as is empty\n"},
		{[]string{"--as-group", "g"}, "Try: --as USER --as-group g\n"},
		{[]string{"-n", "UPPER"}, `"UPPER" is no DNS label`},
		{[]string{"-n", "a.b"}, `"a.b" is no DNS label`},
		{[]string{"-n", strings.Repeat("a", 54)}, "too long: 54 characters, at most 53"},
		{[]string{"-f", file(t, "h.yaml", "# @deployment Upper\n")}, `"Upper" is no DNS label`},
		{[]string{"--timeout", "-1s"}, "--timeout -1s is negative"},
		{[]string{"--namespace", "B/x"}, `--namespace "B/x" may not contain '/'`},
		{[]string{"-f", file(t, "list.yaml", "- a\n")}, `list.yaml": a document of it does not hold KEY: VALUE pairs`},
		{[]string{"--set", "a"}, `reading --set: key "a" has no value`},
		{[]string{"--set-json", "a={"}, `reading --set-json: key "a"`},
	} {
		f := &fake{}
		got := helm(t, f, append([]string{"deploy", folder}, test.args...)...)
		if got.Code != fault.ExitUsage || !strings.Contains(got.Err, test.want) || len(f.uploaded) > 0 || len(f.created) > 0 {
			t.Errorf("%q: got %+v and %d uploads, want %q", test.args, got, len(f.uploaded), test.want)
		}
	}
}

func TestDeployIsBoundedUntilItIsAccepted(t *testing.T) {
	t.Parallel()
	folder := filepath.Dir(file(t, "Chart.yaml", "apiVersion: v2\nname: note\nversion: 0.3.0\n"))
	busy := refusal(429, metav1.StatusReasonTooManyRequests, "come back later")
	busy.Details = &metav1.StatusDetails{RetryAfterSeconds: 1}
	f := &fake{refuse: map[string]metav1.Status{"POST chartpackages": busy}}
	got := helm(t, f, "deploy", "--timeout", "50ms", folder)
	if got.Code != fault.ExitTimeout {
		t.Errorf("got %+v", got)
	}
}

func TestDeployNoWait(t *testing.T) {
	t.Parallel()
	f := &fake{states: []state{at(v1alpha1.StepApplying), at(v1alpha1.StepWaiting)}, hang: make(chan struct{})}
	got := helm(t, f, "deploy", "--no-wait", "helm:e/b")
	if got.Code != 0 || got.Out != "Created wonky-panda\n" {
		t.Errorf("got %+v", got)
	}
}

func TestDeployInterrupted(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	f := &fake{states: []state{at(v1alpha1.StepWaiting)}, hang: make(chan struct{})}
	go func() {
		<-f.hang
		interrupt()
	}()
	got := helmWith(ctx, t, f, "", "-q", "deploy", "helm:e/b")
	want := result{1, "", "Detached: the operation goes on without this terminal.\nTry: helm status wonky-panda --follow\n"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDeployRefused(t *testing.T) {
	t.Parallel()
	noNamespace := refusal(404, metav1.StatusReasonNotFound, "no namespace")
	noNamespace.Details = &metav1.StatusDetails{Kind: "namespaces", Name: "shop"}
	tests := []struct {
		status metav1.Status
		code   int
		try    string
	}{
		{refusal(422, metav1.StatusReasonInvalid, "bad name"), 2, ""},
		{noNamespace, 3, "Try: kubectl create namespace shop"},
		{refusal(404, metav1.StatusReasonNotFound, "no chart"), 3, `Error: deploying "helm:e/b": no chart` + "\n"},
		{refusal(404, metav1.StatusReasonNotFound, `finding chart "helm:e/b": not there`), 3, `Error: deploying: finding chart "helm:e/b": not there` + "\n"},
		{refusal(409, metav1.StatusReasonAlreadyExists, "taken"), 4, "Try: helm status taco"},
		{refusal(403, metav1.StatusReasonForbidden, "not you"), 5, "Try: kubectl auth can-i"},
		{refusal(503, metav1.StatusReasonServiceUnavailable, "not now"), 6, "Try: kubectl get apiservice"},
	}
	for _, test := range tests {
		t.Run(test.status.Message, func(t *testing.T) {
			t.Parallel()
			f := &fake{refuse: map[string]metav1.Status{"POST chartdeployments": test.status}}
			got := helm(t, f, "deploy", "-n", "taco", "helm:e/b")
			if got.Code != test.code || !strings.Contains(got.Err, test.status.Message) || !strings.Contains(got.Err, test.try) {
				t.Errorf("got %+v, want exit code %d and %q", got, test.code, test.try)
			}
		})
	}
}

// aside is a path from here that begins neither with a dot nor with a slash: a
// link, in a folder that is here.
func aside(t *testing.T, path string) string {
	t.Helper()
	link := "trace/aside" + strings.ReplaceAll(path, "/", "-")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.Remove(link); err != nil {
			t.Error(err)
		}
	})
	return link
}

func TestDeployOfALocalChartTakenForAReference(t *testing.T) {
	t.Parallel()
	folder, empty := aside(t, filepath.Dir(file(t, "Chart.yaml", ""))), aside(t, t.TempDir())
	archive := aside(t, file(t, "note.tgz", ""))
	unknown := refusal(404, metav1.StatusReasonNotFound, "no repository")
	unknown.Details = &metav1.StatusDetails{Group: v1alpha1.GroupName, Kind: v1alpha1.ChartDeployments}
	noNamespace := refusal(404, metav1.StatusReasonNotFound, "no namespace")
	noNamespace.Details = &metav1.StatusDetails{Kind: "namespaces", Name: "shop"}
	tests := []struct {
		name, chart string
		status      metav1.Status
		code        int
		try         string // the end of what is told
	}{
		{"a folder", folder, unknown, 3, "Try: helm deploy ./" + folder + ", for the chart in that folder\n"},
		{"a package", archive, unknown, 3, "Try: helm deploy ./" + archive + ", for the chart in that file\n"},
		{"a folder without a chart", empty, unknown, 3, "no repository\n"},
		{"nothing of that name", "helm:e/b", unknown, 3, "no repository\n"},
		{"another thing is missing", folder, noNamespace, 3, "Try: kubectl create namespace shop\n"},
		{"no reference at all", folder + "/.", unknown, 2, "Try: helm deploy ./" + folder + "/., for the chart in that folder\n"},
		{"another refusal", folder, refusal(422, metav1.StatusReasonInvalid, "bad name"), 2, "bad name\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := &fake{refuse: map[string]metav1.Status{"POST chartdeployments": test.status}}
			got := helm(t, f, "deploy", test.chart)
			if got.Code != test.code || !strings.HasPrefix(got.Err, "Error: ") || !strings.Contains(got.Err, fmt.Sprintf("%q: ", test.chart)) || !strings.HasSuffix(got.Err, test.try) {
				t.Errorf("got %+v, want exit code %d and %q", got, test.code, test.try)
			}
		})
	}
	t.Run("once it was accepted", func(t *testing.T) {
		t.Parallel()
		f := &fake{states: []state{failed(v1alpha1.ReasonNotFound, "no such chart")}}
		got := helm(t, f, "-q", "deploy", "-n", "taco", folder)
		want := result{3, "", "Error: Deploy of \"taco\" failed: no such chart\nTry: helm deploy ./" + folder + ", for the chart in that folder\n"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestDeployFormats(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{
		"name": "wonky-panda\n",
		"json": "{\n  \"kind\": \"ChartDeployment\",",
		"yaml": "apiVersion: dm.helm.sh/v1alpha1\n",
	} {
		got := helm(t, &fake{states: []state{at(v1alpha1.StepDone)}}, "deploy", "helm:e/b", "-o", format)
		if got.Code != 0 || !strings.HasPrefix(got.Out, want) {
			t.Errorf("%s: got %+v", format, got)
		}
	}
}
