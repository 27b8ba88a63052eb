package manager_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager"
	"github.com/helm-dm/helm-dm/state"
)

func TestDeploy(t *testing.T) {
	t.Parallel()
	h := open(t)
	cd := h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart)), "color=blue", "password=hunter2"))

	s := cd.Status
	if s.Phase != v1alpha1.PhaseDeployed || s.Health != v1alpha1.HealthHealthy || s.Revision != 1 || s.Operation.User != "ada" {
		t.Errorf("status is %s, %s, revision %d, by %q", s.Phase, s.Health, s.Revision, s.Operation.User)
	}
	if s.Chart.Name != "web" || s.Chart.Version != "1.2.3" || s.Chart.AppVersion != "7" || s.Chart.Reference != "localchart/web#1.2.3" {
		t.Errorf("chart is %+v", s.Chart)
	}
	if s.Notes != "It is blue.\n" && s.Notes != "It is blue." {
		t.Errorf("notes are %q", s.Notes)
	}
	if diff := cmp.Diff([]string{"10.0.0.7:80"}, s.Addresses); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"ConfigMap/blue", "Secret/blue", "Service/blue"}, h.cluster.Names()); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
	ref := kube.Ref{GroupVersionKind: schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}, Namespace: "shop", Name: "blue"}
	live, err := h.cluster.Get(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	if color, _, _ := unstructured.NestedString(live.Object, "data", "color"); color != "blue" {
		t.Errorf("color is %q", color)
	}
	if live.GetAnnotations()["meta.helm.sh/release-name"] != "blue" || live.GetLabels()["app.kubernetes.io/managed-by"] != "Helm" {
		t.Errorf("the object is not stamped: %v %v", live.GetAnnotations(), live.GetLabels())
	}
}

func TestDeployActsAsTheCaller(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart))))
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, id := range h.as {
		if diff := cmp.Diff(ada(), id); diff != "" {
			t.Errorf("the cluster was used as somebody else (-want +got):\n%s", diff)
		}
	}
	if len(h.as) == 0 {
		t.Error("the cluster was never used as the caller")
	}
}

func TestNobodyMayDoNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	data := pack(t, webChart)
	nobody := kube.Identity{Groups: []string{"system:masters"}}
	_, err := h.Deploy(t.Context(), nobody, wanted("blue", h.upload(ada(), data)), false)
	wantReason(t, err, v1alpha1.ReasonForbidden, "no user name")
	_, _, err = h.Delete(t.Context(), nobody, state.Key{Namespace: "shop", Name: "blue"}, manager.DeleteOptions{})
	wantReason(t, err, v1alpha1.ReasonForbidden, "no user name")
	_, err = h.Upload(t.Context(), nobody, &v1alpha1.ChartPackage{})
	wantReason(t, err, v1alpha1.ReasonForbidden, "no user name")
}

func TestDeployWritesHelmsRelease(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart)), "color=blue"))
	secret, err := h.secrets.Get(t.Context(), "shop", "sh.helm.release.v1.blue.v1")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"name": "blue", "owner": "helm", "status": "deployed", "version": "1"}
	for k, v := range want {
		if secret.Labels[k] != v {
			t.Errorf("label %s is %q, want %q", k, secret.Labels[k], v)
		}
	}
	if secret.Type != "helm.sh/release.v1" {
		t.Errorf("type is %q", secret.Type)
	}
}

func TestParametersGoInAndNeverComeOut(t *testing.T) {
	t.Parallel()
	h := open(t)
	asked := wanted("blue", h.upload(ada(), pack(t, webChart)), "password=canary-7c1")
	asked.Annotations = map[string]string{corev1.LastAppliedConfigAnnotation: "canary-7c1", "kept": "yes"}
	accepted, err := h.Deploy(t.Context(), ada(), asked, false)
	if err != nil {
		t.Fatal(err)
	}
	var seen [][]byte
	look := func(v any) {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, data)
	}
	look(accepted)
	done := h.ended(accepted)
	look(done)
	got, err := h.Get(t.Context(), state.Key{Namespace: "shop", Name: "blue"})
	if err != nil {
		t.Fatal(err)
	}
	look(got)
	err = h.Log(t.Context(), state.Key{Namespace: "shop", Name: "blue"}, &v1alpha1.DeploymentLogOptions{}, func(l v1alpha1.LogLine) error {
		look(l)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if contains(seen, "canary-7c1") {
		t.Errorf("a parameter came out again")
	}
	if got.Status.ParametersDigest == "" || got.Annotations["kept"] != "yes" {
		t.Errorf("digest %q, annotations %v", got.Status.ParametersDigest, got.Annotations)
	}
}

func TestLogsQuoteNoParameters(t *testing.T) {
	t.Parallel()
	h := open(t)
	chart := strings.Replace(webChart, "password: {{ .Values.password }}", `password: {{ fail .Values.password }}`, 1)
	cd := h.deploy(wanted("blue", h.upload(ada(), pack(t, chart)), "password=canary-2e8"))
	if !strings.Contains(cd.Status.Operation.Failure, "canary-2e8") {
		t.Errorf("the chart's own words are kept from its deployer: %q", cd.Status.Operation.Failure)
	}
	h.until(cd, func(*v1alpha1.ChartDeployment) bool { return false }) // until it is forgotten
	h.stop()
	if log := h.logs.String(); strings.Contains(log, "canary-2e8") || !strings.Contains(log, "reason=Invalid") {
		t.Errorf("the log quotes a parameter, or does not tell the reason:\n%s", log)
	}
}

func TestGeneratedNames(t *testing.T) {
	t.Parallel()
	h := open(t)
	reference := h.upload(ada(), pack(t, webChart))
	names := map[string]bool{}
	for range 3 {
		cd := h.deploy(wanted("", reference))
		if cd.Status.Phase != v1alpha1.PhaseDeployed || strings.Count(cd.Name, "-") != 1 {
			t.Errorf("deployed %q: %s %+v", cd.Name, cd.Status.Phase, cd.Status.Operation)
		}
		names[cd.Name] = true
	}
	if len(names) != 3 {
		t.Errorf("names repeat: %v", names)
	}
}

func TestNamesWithAPrefix(t *testing.T) {
	t.Parallel()
	h := open(t)
	reference := h.upload(ada(), pack(t, webChart))
	long := strings.Repeat("a", 60)
	for prefix, form := range map[string]string{
		"ci-": `^ci-[a-z0-9]{5}$`,
		long:  `^a{48}[a-z0-9]{5}$`,
	} {
		asked := wanted("", reference)
		asked.GenerateName = prefix
		accepted, err := h.Deploy(t.Context(), ada(), asked, false)
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(form).MatchString(accepted.Name) {
			t.Errorf("prefix %q made %q, want %s", prefix, accepted.Name, form)
		}
	}
}

func TestNameIsTakenOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	reference := h.upload(ada(), pack(t, webChart))
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() { _, errs[i] = h.Deploy(t.Context(), ada(), wanted("blue", reference), false) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		wantReason(t, err, v1alpha1.ReasonAlreadyExists, `the name "blue" is taken in namespace "shop"`)
	}
	if won != 1 {
		t.Errorf("%d of 8 got the name", won)
	}
}

func TestRefusedBeforeAnythingIsStored(t *testing.T) {
	t.Parallel()
	h := open(t)
	reference := h.upload(ada(), pack(t, webChart))
	h.gone["nowhere"], h.gone["going"] = false, true
	before := h.books()
	long := strings.Repeat("a", 54)
	for name, c := range map[string]struct {
		change func(*v1alpha1.ChartDeployment)
		reason v1alpha1.Reason
		words  string
	}{
		"no DNS label":      {func(cd *v1alpha1.ChartDeployment) { cd.Name = "Blue_1" }, v1alpha1.ReasonInvalid, `"Blue_1" is no DNS label`},
		"dots":              {func(cd *v1alpha1.ChartDeployment) { cd.Name = "a.b" }, v1alpha1.ReasonInvalid, "no DNS label"},
		"long":              {func(cd *v1alpha1.ChartDeployment) { cd.Name = long }, v1alpha1.ReasonInvalid, "54 characters, at most 53"},
		"no chart":          {func(cd *v1alpha1.ChartDeployment) { cd.Spec.Chart = "" }, v1alpha1.ReasonInvalid, "spec.chart"},
		"finalizers":        {func(cd *v1alpha1.ChartDeployment) { cd.Finalizers = []string{"x/y"} }, v1alpha1.ReasonInvalid, "finalizers"},
		"source of no type": {func(cd *v1alpha1.ChartDeployment) { cd.Spec.Parameters[0].Type = "env" }, v1alpha1.ReasonInvalid, `"env"`},
		"large":             {func(cd *v1alpha1.ChartDeployment) { cd.Spec.Parameters[0].Text = strings.Repeat("x", 1<<20) }, v1alpha1.ReasonInvalid, "at most"},
		"other people's": {func(cd *v1alpha1.ChartDeployment) {
			cd.Spec.Chart = strings.Replace(reference, "sha256:", "sha256:0", 1)[:len(reference)]
		}, v1alpha1.ReasonNotFound, "was not uploaded by"},
		"many": {func(cd *v1alpha1.ChartDeployment) {
			cd.Spec.Parameters = slices.Repeat(cd.Spec.Parameters[:1], 1001)
		}, v1alpha1.ReasonInvalid, "spec.parameters: 1001 sources, at most 1000: put them into a file"},
		"label": {func(cd *v1alpha1.ChartDeployment) { cd.Labels = map[string]string{"a b": ""} }, v1alpha1.ReasonInvalid, "metadata.labels"},
		"annotations": {func(cd *v1alpha1.ChartDeployment) {
			cd.Annotations = map[string]string{"a": strings.Repeat("x", 300<<10)}
		}, v1alpha1.ReasonInvalid, "metadata.annotations"},
		"owner without UID": {func(cd *v1alpha1.ChartDeployment) {
			cd.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "Node", Name: "n"}}
		}, v1alpha1.ReasonInvalid, "metadata.ownerReferences[0].uid"},
		"prefix": {func(cd *v1alpha1.ChartDeployment) { cd.Name, cd.GenerateName = "", "CI_" }, v1alpha1.ReasonInvalid, "metadata.generateName"},
		"namespace creation": {func(cd *v1alpha1.ChartDeployment) {
			cd.Spec.Options.CreateNamespace = true
		}, v1alpha1.ReasonInvalid, "spec.options.createNamespace: it is not done by this manager"},
		"rollback": {func(cd *v1alpha1.ChartDeployment) {
			cd.Spec.Options.RollbackOnFailure = true
		}, v1alpha1.ReasonInvalid, "spec.options.rollbackOnFailure: it is not done by this manager"},
		"history": {func(cd *v1alpha1.ChartDeployment) { cd.Spec.Options.HistoryLimit = 3 },
			v1alpha1.ReasonInvalid, "spec.options.historyLimit: it is not done by this manager"},
		"long timeout": {func(cd *v1alpha1.ChartDeployment) {
			cd.Spec.Options.Timeout.Duration = time.Hour + time.Second
		}, v1alpha1.ReasonInvalid, "at most 1h0m0s, because an interrupted operation that is older is not resumed"},
		"no repository":   {func(cd *v1alpha1.ChartDeployment) { cd.Spec.Chart = "helm:example.com/foo/bar" }, v1alpha1.ReasonForbidden, "takes charts from no others"},
		"no namespace":    {func(cd *v1alpha1.ChartDeployment) { cd.Namespace = "nowhere" }, v1alpha1.ReasonNotFound, `namespace "nowhere" does not exist`},
		"dying namespace": {func(cd *v1alpha1.ChartDeployment) { cd.Namespace = "going" }, v1alpha1.ReasonConflict, "being deleted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cd := wanted("blue", reference, "color=blue")
			c.change(cd)
			_, err := h.Deploy(t.Context(), ada(), cd, false)
			wantReason(t, err, c.reason, c.words)
		})
	}
	t.Cleanup(func() {
		if after := h.books(); after != before {
			t.Errorf("stored %q, before it was %q", after, before)
		}
	})
}

func TestUploadIsNoRightForOthers(t *testing.T) {
	t.Parallel()
	h := open(t)
	reference := h.upload(ada(), pack(t, webChart))
	for _, id := range []kube.Identity{{User: "eve"}, {User: "ada", UID: "8"}} {
		_, err := h.Deploy(t.Context(), id, wanted("blue", reference), false)
		wantReason(t, err, v1alpha1.ReasonNotFound, "was not uploaded by")
	}
}

// failures are deployments that must change nothing, with what is said of them.
func TestFailedPlanChangesNothing(t *testing.T) {
	t.Parallel()
	replace := func(old, new string) string { return strings.Replace(webChart, old, new, 1) }
	for name, c := range map[string]struct {
		chart  string
		before func(*house)
		reason v1alpha1.Reason
		words  string
	}{
		"broken template": {replace("{{ .Values.color }}\n  rev", "{{ .Values.color.deep.er }}\n  rev"), nil, v1alpha1.ReasonInvalid, "web/templates/config.yaml:6"},
		"no YAML":         {replace("data:\n  color", "data: [\n  color"), nil, v1alpha1.ReasonInvalid, "web/templates/config.yaml"},
		"unknown kind":    {replace("kind: ConfigMap", "kind: Confetti"), nil, v1alpha1.ReasonInvalid, "Confetti"},
		"twice":           {replace("kind: Secret", "kind: ConfigMap"), nil, v1alpha1.ReasonInvalid, "ConfigMap/blue appears twice"},
		"hook":            {replace("metadata:\n", "metadata:\n  annotations: {helm.sh/hook: pre-install}\n"), nil, v1alpha1.ReasonInvalid, "hooks are not run"},
		"not allowed": {webChart, func(h *house) {
			h.deny(kube.Permission{Verb: "create", Resource: "secrets", Namespace: "shop"})
			h.deny(kube.Permission{Verb: "patch", Resource: "services", Namespace: "shop"})
		}, v1alpha1.ReasonForbidden, `may not create secrets in namespace "shop"; may not patch services "blue" in namespace "shop"`},
		"somebody else's": {webChart, func(h *house) {
			other := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Secret",
				"metadata": map[string]any{"name": "blue", "namespace": "shop"}}}
			if _, err := h.cluster.Apply(context.Background(), other, "kubectl", false); err != nil {
				h.t.Fatal(err)
			}
		}, v1alpha1.ReasonConflict, "Secret/blue: it exists and belongs to no release"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			if c.before != nil {
				c.before(h)
			}
			reference := h.upload(ada(), pack(t, c.chart))
			objects, books := fmt.Sprint(h.cluster.Names()), h.books()
			cd := h.deploy(wanted("blue", reference))
			o := cd.Status.Operation
			if o.Reason != c.reason || !strings.Contains(o.Failure, c.words) || strings.Contains(o.Failure, "\n") {
				t.Errorf("failed with %s: %s\nwant %s with %q", o.Reason, o.Failure, c.reason, c.words)
			}
			h.until(cd, func(*v1alpha1.ChartDeployment) bool { return false }) // until it is deleted
			if after := fmt.Sprint(h.cluster.Names()); after != objects {
				t.Errorf("objects were %s and are %s", objects, after)
			}
			if after := h.books(); after != books {
				t.Errorf("books were %q and are %q", books, after)
			}
		})
	}
}

func TestFailedApplyIsRecorded(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.cluster.Before = func(_ string, object *unstructured.Unstructured) error {
		if object.GetKind() == "Service" {
			return errors.New("the port is taken")
		}
		return nil
	}
	cd := h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart))))
	if cd.Status.Phase != v1alpha1.PhaseFailed || !strings.Contains(cd.Status.Operation.Failure, "Service/blue: the port is taken") {
		t.Errorf("phase %s: %s", cd.Status.Phase, cd.Status.Operation.Failure)
	}
	if got := h.books(); got != "deployment package sh upload" {
		t.Errorf("books are %q: a failed revision stays on record", got)
	}
	var told []string
	for _, o := range cd.Status.Objects {
		told = append(told, fmt.Sprintf("%s:%s:%s", o.Kind, o.Action, o.Health))
	}
	if diff := cmp.Diff([]string{"Secret:created:", "ConfigMap:created:", "Service::Unhealthy"}, told); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
}

func TestDryRunStoresNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	reference := h.upload(ada(), pack(t, webChart))
	before := h.books()
	if _, err := h.Deploy(t.Context(), ada(), wanted("blue", reference), true); err != nil {
		t.Fatal(err)
	}
	_, err := h.Deploy(t.Context(), ada(), wanted("Blue", reference), true)
	wantReason(t, err, v1alpha1.ReasonInvalid, "DNS label")
	if after := h.books(); after != before {
		t.Errorf("stored %q, before it was %q", after, before)
	}
}

func TestDryRunAnswersAsTheDeployWould(t *testing.T) {
	t.Parallel()
	h := open(t)
	reference := h.upload(ada(), pack(t, webChart))
	tried, err := h.Deploy(t.Context(), ada(), wanted("", reference), true)
	if err != nil {
		t.Fatal(err)
	}
	if tried.Name == "" || tried.UID == "" || tried.CreationTimestamp.IsZero() {
		t.Errorf("the answer has name %q, UID %q, creation %s", tried.Name, tried.UID, tried.CreationTimestamp)
	}
	h.deploy(wanted("blue", reference))
	_, err = h.Deploy(t.Context(), ada(), wanted("blue", reference), true)
	wantReason(t, err, v1alpha1.ReasonAlreadyExists, "by another deployment")
}

func TestDryRunMindsARecordWithoutARelease(t *testing.T) {
	t.Parallel()
	h := build(t) // it does not run: the first stays accepted
	reference := h.upload(ada(), pack(t, webChart))
	if _, err := h.Deploy(t.Context(), ada(), wanted("blue", reference), false); err != nil {
		t.Fatal(err)
	}
	_, err := h.Deploy(t.Context(), ada(), wanted("blue", reference), true)
	wantReason(t, err, v1alpha1.ReasonAlreadyExists, "by another deployment")
}

func TestHelmsReleaseTakesTheName(t *testing.T) {
	t.Parallel()
	h := open(t)
	reference := h.upload(ada(), pack(t, webChart))
	forged := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{
		Namespace: "shop", Name: "sh.helm.release.v1.blue.v7",
		Labels: map[string]string{"owner": "helm", "name": "blue", "status": "deployed", "version": "7"},
	}, Type: "helm.sh/release.v1"}
	if _, err := h.secrets.Create(t.Context(), forged); err != nil {
		t.Fatal(err)
	}
	_, err := h.Deploy(t.Context(), ada(), wanted("blue", reference), false)
	wantReason(t, err, v1alpha1.ReasonAlreadyExists, "by a release that Helm made")
}

// TestLookupOfTooMuch holds lookup to what the manager can hold: it fails before
// all that there is has been read.
func TestLookupOfTooMuch(t *testing.T) {
	t.Parallel()
	h := open(t)
	large := strings.Repeat("x", 1<<20)
	for i := range 17 {
		object := &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"namespace": "shop", "name": fmt.Sprint("large-", i)}, "data": map[string]any{"key": large},
		}}
		if _, err := h.cluster.Apply(t.Context(), object, "test", false); err != nil {
			t.Fatal(err)
		}
	}
	chart := strings.Replace(webChart, "color: {{ .Values.color }}", `found: {{ (lookup "v1" "ConfigMap" .Values.where "").items | len | quote }}`, 1)
	reference := h.upload(ada(), pack(t, chart))
	o := h.deploy(wanted("blue", reference, "where=shop")).Status.Operation
	const words = `error calling lookup: listing ConfigMap in "shop": it is more than 16777216 bytes: ask for one object by its name`
	if o.Reason != v1alpha1.ReasonInvalid || !strings.Contains(o.Failure, "web/templates/config.yaml:6") || !strings.Contains(o.Failure, words) {
		t.Errorf("ended with %s: %s", o.Reason, o.Failure)
	}
	if o := h.deploy(wanted("blue", reference, "where=elsewhere")).Status.Operation; o.Reason != "" {
		t.Errorf("a list of nothing ended with %s: %s", o.Reason, o.Failure)
	}
}
