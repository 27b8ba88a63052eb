package manager_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

func TestNotesOfAnySizeHarmNobody(t *testing.T) {
	t.Parallel()
	h := open(t)
	chart := strings.Replace(webChart, "It is {{ .Values.color }}.", `{{ repeat 3000000 "<" }}`, 1)
	cd := h.deploy(wanted("blue", h.upload(ada(), pack(t, chart))))
	if o := cd.Status.Operation; o.Step == v1alpha1.StepDone && len(cd.Status.Notes) > 64<<10 {
		t.Errorf("%d bytes of notes are kept", len(cd.Status.Notes))
	}
	if _, err := h.List(t.Context(), "elsewhere", &internalversion.ListOptions{}); err != nil {
		t.Errorf("another namespace cannot be listed: %v", err)
	}
	if cd.Status.Operation.Step == v1alpha1.StepDone {
		if o := h.destroy().Status.Operation; o.Step != v1alpha1.StepDone {
			t.Errorf("cannot be deleted: %s", o.Failure)
		}
	}
}

// waitingChart never becomes healthy by itself.
const waitingChart = webChart + `
-- templates/pod.yaml --
apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}
`

func pending(_ string, object *unstructured.Unstructured) error {
	if object.GetKind() == "Pod" {
		return unstructured.SetNestedField(object.Object, "Pending", "status", "phase")
	}
	return nil
}

func TestForgedReleaseIsNeverOpened(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.cluster.Before = pending
	accepted, err := h.Deploy(t.Context(), ada(), wanted("blue", h.upload(ada(), pack(t, waitingChart))), false)
	if err != nil {
		t.Fatal(err)
	}
	h.until(accepted, func(cd *v1alpha1.ChartDeployment) bool { return cd.Status.Operation.Step == v1alpha1.StepWaiting })
	secret, err := h.secrets.Get(t.Context(), "shop", "sh.helm.release.v1.blue.v1")
	if err != nil {
		t.Fatal(err)
	}
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	if _, err := w.Write([]byte(`{"hooks":[` + strings.Repeat("{},", 1_000_000) + `{}]}`)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	secret.Data["release"] = []byte(base64.StdEncoding.EncodeToString(bomb.Bytes()))
	forged, err := h.secrets.Update(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	ref := configMap("blue")
	ref.Kind = "Pod"
	h.cluster.Change(ref, func(o *unstructured.Unstructured) {
		o.Object["status"] = map[string]any{"phase": "Running", "conditions": []any{map[string]any{"type": "Ready", "status": "True"}}}
	})
	if o := h.ended(accepted).Status.Operation; o.Step != v1alpha1.StepDone {
		t.Errorf("ended with %s: %s", o.Reason, o.Failure)
	}
	if o := h.destroy().Status.Operation; o.Step != v1alpha1.StepDone {
		t.Errorf("the deletion ended with %s: %s", o.Reason, o.Failure)
	}
	left, err := h.secrets.Get(t.Context(), "shop", "sh.helm.release.v1.blue.v1")
	if err != nil || left.ResourceVersion != forged.ResourceVersion {
		t.Errorf("somebody else's release was touched (%v)", err)
	}
}

func TestDeleteOfADeploymentThatWaits(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.cluster.Before = pending
	accepted, err := h.Deploy(t.Context(), ada(), wanted("blue", h.upload(ada(), pack(t, waitingChart))), false)
	if err != nil {
		t.Fatal(err)
	}
	h.until(accepted, func(cd *v1alpha1.ChartDeployment) bool { return cd.Status.Operation.Step == v1alpha1.StepWaiting })
	if o := h.destroy().Status.Operation; o.Step != v1alpha1.StepDone {
		t.Errorf("ended with %s: %s", o.Reason, o.Failure)
	}
	if names := h.cluster.Names(); len(names) != 0 {
		t.Errorf("left %v", names)
	}
}

func TestUploadsAreBounded(t *testing.T) {
	t.Parallel()
	h := open(t)
	var refused error
	for i := range 5 {
		p := &v1alpha1.ChartPackage{Spec: v1alpha1.ChartPackageSpec{
			Digest: "sha256:" + strings.Repeat(string(rune('a'+i)), 64), Size: 16 << 20, Data: []byte("the first bytes"),
		}}
		if _, err := h.Upload(t.Context(), ada(), p); err != nil {
			refused = err
		}
	}
	wantReason(t, refused, v1alpha1.ReasonTooLarge, "within the hour")
	eve := ada()
	eve.User = "eve"
	if _, err := h.Upload(t.Context(), eve, &v1alpha1.ChartPackage{Spec: v1alpha1.ChartPackageSpec{
		Digest: "sha256:" + strings.Repeat("f", 64), Size: 16 << 20, Data: []byte("x"),
	}}); err != nil {
		t.Errorf("one user's uploads keep another from theirs: %v", err)
	}
}
