package e2e

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/client"
)

// noteChart makes one ConfigMap.
const noteChart = `apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}"}
`

// pack makes the package of a chart called note with one template, and other
// files as pairs of name and content.
func pack(t *testing.T, template string, others ...[2]string) []byte {
	t.Helper()
	var data bytes.Buffer
	zipped := gzip.NewWriter(&data)
	archive := tar.NewWriter(zipped)
	files := append([][2]string{
		{"note/Chart.yaml", "apiVersion: v2\nname: note\nversion: 0.1.0\n"},
		{"note/templates/all.yaml", template},
	}, others...)
	for _, file := range files {
		header := &tar.Header{Name: file[0], Mode: 0o644, Size: int64(len(file[1]))}
		if err := archive.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(file[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// upload sends a chart and returns the reference to it.
func upload(t *testing.T, c *client.Client, template string) string {
	t.Helper()
	data := pack(t, template)
	if _, err := c.Packages().Upload(deadline(t), digestOf(data), data, nil); err != nil {
		t.Fatal(err)
	}
	return "localchart/note#0.1.0@" + digestOf(data)
}

// wanted is a deployment to create.
func wanted(namespace, name, chart string) *v1alpha1.ChartDeployment {
	return &v1alpha1.ChartDeployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec:       v1alpha1.ChartDeploymentSpec{Chart: chart},
	}
}

// deploy creates a deployment and waits until its operation has ended well.
func deploy(t *testing.T, c *client.Client, namespace, name, chart string) *v1alpha1.ChartDeployment {
	t.Helper()
	accepted, err := c.Deployments(namespace).Create(deadline(t), wanted(namespace, name, chart))
	if err != nil {
		t.Fatal(err)
	}
	return finish(t, c, accepted)
}

// finish waits until the operation of a deployment has ended well.
func finish(t *testing.T, c *client.Client, d *v1alpha1.ChartDeployment) *v1alpha1.ChartDeployment {
	t.Helper()
	done, err := c.Deployments(d.Namespace).Follow(deadline(t), d.Name, d.Status.Operation.ID, d.ResourceVersion, ignore)
	if err == nil {
		err = client.Outcome(done)
	}
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func ignore(*v1alpha1.ChartDeployment) {}

func everything() metav1.ListOptions { return metav1.ListOptions{} }
