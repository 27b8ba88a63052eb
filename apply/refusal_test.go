package apply

import (
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestRefusalQuotesNoValues(t *testing.T) {
	t.Parallel()
	typed := `failed to create typed patch object (x/envn; apps/v1, Kind=Deployment): ` +
		`.spec.template.spec.containers[name="c"].env[name="PASSWORD"].value: expected string, got &value.valueUnstructured{Value:4711}`
	for _, test := range []struct {
		name, kind, said, want string
	}{
		{"a wrong type", "Deployment", typed, `env[name="PASSWORD"].value: expected string`},
		{
			"wrong types", "ConfigMap",
			"errors:\n  .data.a: expected string, got &value.valueUnstructured{Value:4711}\n  .data.b: expected string, got &value.valueUnstructured{Value:\"4711}\n\"}",
			".data.a: expected string",
		},
		{
			"a text", "Service", `Service "s" is invalid: metadata.name: Invalid value: "4711: \"4711": a DNS label must consist of lower case`,
			`metadata.name: Invalid value: a DNS label must consist of lower case`,
		},
		{
			"two", "Service", `[spec.ports[0].port: Invalid value: 4711: must be between 1 and 65535, spec.type: Unsupported value: "4711": supported values: "ClusterIP"]`,
			`[spec.ports[0].port: Invalid value: must be between 1 and 65535, spec.type: Unsupported value: supported values: "ClusterIP"]`,
		},
		{"a map", "Deployment", `spec.selector: Invalid value: {"a":"x: 4711"}: field is immutable`, "spec.selector: Invalid value: field is immutable"},
		{"a value alone", "Deployment", `spec.x: Duplicate value: 4711`, "spec.x: Duplicate value"},
		{"no value", "Deployment", `admission webhook "w" denied the request: no`, `admission webhook "w" denied the request: no`},
		{"a Secret of a wrong type", "Secret", `.stringData.password: expected string, got &value.valueUnstructured{Value:4711}`, "withheld: they may quote the Secret): .stringData.password: expected string"},
		{"a Secret", "Secret", `data: Invalid value: "4711": no`, "refused it as Internal Server Error (its words are withheld"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := &Change{Object: &unstructured.Unstructured{Object: map[string]any{"kind": test.kind}}}
			err := c.refusal(&apierrors.StatusError{ErrStatus: metav1.Status{Code: 500, Message: test.said}})
			if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "4711") {
				t.Errorf("got %q, want %q in it", err, test.want)
			}
		})
	}
}
