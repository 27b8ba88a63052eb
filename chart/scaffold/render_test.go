package scaffold_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apps "k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/yaml"

	"github.com/helm-dm/helm-dm/chart/values"
	"github.com/helm-dm/helm-dm/render"
)

const everything = `
replicas: 3
image: {tag: "1.2", pullSecrets: [a, b]}
nameOverride: "My.Own_Name"
args: [--verbose]
env: [{name: A, value: b}]
service: {type: LoadBalancer}
ingress: {enabled: true, className: nginx, annotations: {a: b}, hosts: [a.example, b.example], tlsSecretName: tls}
serviceAccount: {name: sa, annotations: {a: b}, automount: true}
autoscaling: {enabled: true}
writable: [/tmp, /var/cache]
podAnnotations: {a: b}
podLabels: {c: d}
nodeSelector: {kubernetes.io/os: linux}
tolerations: [{operator: Exists}]
affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: []}}
`

// TestRender decodes what comes out of the chart as strictly as the API server
// does, and looks at the names and labels.
func TestRender(t *testing.T) {
	t.Parallel()
	few := []string{"Deployment", "Pod", "Service", "ServiceAccount"}
	tests := []struct {
		name, chart, values string
		kinds               []string
	}{
		{"defaults", "web", "", few},
		{"everything", "web", everything, []string{"Deployment", "HorizontalPodAutoscaler", "Ingress", "Pod", "Service", "ServiceAccount"}},
		{"nothing", "web", "{serviceAccount: {create: false}, writable: [], resources: {}}", []string{"Deployment", "Pod", "Service"}},
		{"a name like a number", "1e5", "", few},
		{"a name like a word", "true", "", few},
		{"a name with capitals", "My_Chart.", "", few},
		{"a long name", strings.Repeat("long-", 40), "", few},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			objects := rendered(t, test.chart, test.values)
			if diff := cmp.Diff(test.kinds, slices.Sorted(maps.Keys(objects))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			for kind, text := range objects {
				decode(t, kind, text)
			}
			selects(t, objects)
		})
	}
}

// rendered are the objects, hooks included, by kind.
func rendered(t *testing.T, name, text string) map[string]string {
	t.Helper()
	version, err := render.ParseKubeVersion("v1.36.3")
	if err != nil {
		t.Fatal(err)
	}
	given, err := values.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	out, err := render.Render(t.Context(), loaded(t, made(t, name)), given, render.Options{
		Release:      render.Release{Name: "try", Namespace: "default", Revision: 1, IsInstall: true},
		Capabilities: render.Offline(version),
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.Notes, "is deployed as try in namespace default") {
		t.Errorf("the notes are %q", out.Notes)
	}
	objects := map[string]string{}
	for _, m := range out.Manifests {
		objects[m.Kind] = m.Content
	}
	for _, h := range out.Hooks {
		objects[h.Kind] = h.Content
	}
	return objects
}

func decode(t *testing.T, kind, text string) {
	t.Helper()
	object := map[string]interface {
		GetName() string
		GetLabels() map[string]string
	}{
		"Deployment":              &apps.Deployment{},
		"HorizontalPodAutoscaler": &autoscaling.HorizontalPodAutoscaler{},
		"Ingress":                 &networking.Ingress{},
		"Pod":                     &core.Pod{},
		"Service":                 &core.Service{},
		"ServiceAccount":          &core.ServiceAccount{},
	}[kind]
	if err := yaml.UnmarshalStrict([]byte(text), object); err != nil {
		t.Errorf("decoding the %s: %v\n%s", kind, err, text)
		return
	}
	if complaints := validation.IsDNS1123Label(object.GetName()); complaints != nil {
		t.Errorf("%s %q: %v", kind, object.GetName(), complaints)
	}
	for key, value := range object.GetLabels() {
		if complaints := validation.IsValidLabelValue(value); complaints != nil {
			t.Errorf("%s: label %s %q: %v", kind, key, value, complaints)
		}
	}
}

// selects wants the service to find the pods of the deployment and not that of
// the test, and the deployment to run without privileges.
func selects(t *testing.T, objects map[string]string) {
	t.Helper()
	var deployment apps.Deployment
	var service core.Service
	var test core.Pod
	for kind, object := range map[string]any{"Deployment": &deployment, "Service": &service, "Pod": &test} {
		if err := yaml.Unmarshal([]byte(objects[kind]), object); err != nil {
			t.Fatal(err)
		}
	}
	for key, value := range service.Spec.Selector {
		if deployment.Spec.Template.Labels[key] != value || deployment.Spec.Selector.MatchLabels[key] != value {
			t.Errorf("the service selects %s=%s, which the pods are not", key, value)
		}
	}
	if test.Labels["app.kubernetes.io/name"] == service.Spec.Selector["app.kubernetes.io/name"] {
		t.Error("the service sends requests to the test")
	}
	pod := deployment.Spec.Template.Spec
	security := pod.Containers[0].SecurityContext
	if !*pod.SecurityContext.RunAsNonRoot || !*security.ReadOnlyRootFilesystem || *security.AllowPrivilegeEscalation {
		t.Errorf("the pods run with %+v and %+v", pod.SecurityContext, security)
	}
	if complaints := validation.IsDNS1123Label(pod.Containers[0].Name); complaints != nil {
		t.Errorf("container %q: %v", pod.Containers[0].Name, complaints)
	}
}

// TestSchema has values that the chart must refuse.
func TestSchema(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"replicas: many", "replicas: -1", "image: {repository: ''}", "image: {pullPolicy: Sometimes}", "service: {port: 0}",
		"service: {type: External}", "ingress: {path: x}", "writable: [tmp]", "podLabels: {a: 1}", "image: null", "env: [{value: x}]",
	} {
		given, err := values.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := render.Render(t.Context(), loaded(t, made(t, "web")), given, render.Options{}); err == nil || !strings.Contains(err.Error(), "schema") && !strings.Contains(err.Error(), "at '/") {
			t.Errorf("values %q: %v", text, err)
		}
	}
}

func TestIngressWantsHosts(t *testing.T) {
	t.Parallel()
	given, err := values.Parse([]byte("ingress: {enabled: true, hosts: []}"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := render.Render(t.Context(), loaded(t, made(t, "web")), given, render.Options{}); err == nil || !strings.Contains(err.Error(), "ingress.hosts is empty") {
		t.Errorf("got %v", err)
	}
}
