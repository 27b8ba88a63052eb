package e2e

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/dynamic"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/internal/clustertest"
)

// sender posts pieces of packages as they are, past the client's own checks.
type sender struct {
	t    *testing.T
	door dynamic.ResourceInterface
}

func newSender(t *testing.T, user *clustertest.User) sender {
	t.Helper()
	c, err := dynamic.NewForConfig(user.Config)
	if err != nil {
		t.Fatal(err)
	}
	return sender{t, c.Resource(v1alpha1.GroupVersion().WithResource(v1alpha1.ChartPackages))}
}

func (s sender) send(spec v1alpha1.ChartPackageSpec) (*v1alpha1.ChartPackage, error) {
	s.t.Helper()
	piece := &v1alpha1.ChartPackage{Spec: spec}
	piece.SetGroupVersionKind(v1alpha1.GroupVersion().WithKind("ChartPackage"))
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(piece)
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := s.door.Create(deadline(s.t), &unstructured.Unstructured{Object: object}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	got := &v1alpha1.ChartPackage{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(answer.Object, got); err != nil {
		s.t.Fatal(err)
	}
	return got, nil
}

// TestBadUploads sends what cannot become a package.
func TestBadUploads(t *testing.T) {
	t.Parallel()
	cluster := clustertest.Start(t)
	s := newSender(t, cluster.Stranger(t, cluster.Namespace(t)))
	whole := pack(t, noteChart)
	wrong := "sha256:" + strings.Repeat("0", 64)
	noise := make([]byte, 1000)
	if _, err := rand.Read(noise); err != nil {
		t.Fatal(err)
	}
	long := make([]byte, v1alpha1.MaxPieceBytes+1)
	size := int64(len(whole))
	tests := map[string]struct {
		spec v1alpha1.ChartPackageSpec
		code int32
		says string
	}{
		"too large":        {v1alpha1.ChartPackageSpec{Digest: wrong, Size: v1alpha1.MaxPackageBytes + 1, Data: whole}, http.StatusRequestEntityTooLarge, "at most"},
		"a piece too long": {v1alpha1.ChartPackageSpec{Digest: wrong, Size: v1alpha1.MaxPackageBytes, Data: long}, http.StatusRequestEntityTooLarge, "at most"},
		"wrong digest":     {v1alpha1.ChartPackageSpec{Digest: wrong, Size: size, Data: whole}, http.StatusUnprocessableEntity, digestOf(whole)},
		"no digest":        {v1alpha1.ChartPackageSpec{Size: size, Data: whole}, http.StatusUnprocessableEntity, "spec.digest"},
		"not a digest":     {v1alpha1.ChartPackageSpec{Digest: "md5:0", Size: size, Data: whole}, http.StatusUnprocessableEntity, "spec.digest"},
		"beyond its end":   {v1alpha1.ChartPackageSpec{Digest: digestOf(whole), Size: size - 1, Data: whole}, http.StatusUnprocessableEntity, "does not lie in"},
		"before its start": {v1alpha1.ChartPackageSpec{Digest: digestOf(whole), Size: size, Offset: -1, Data: whole}, http.StatusUnprocessableEntity, "does not lie in"},
		"empty":            {v1alpha1.ChartPackageSpec{Digest: digestOf(nil)}, http.StatusUnprocessableEntity, "does not lie in"},
		"cut short":        {v1alpha1.ChartPackageSpec{Digest: digestOf(whole[:size/2]), Size: size / 2, Data: whole[:size/2]}, http.StatusUnprocessableEntity, "unpacking"},
		"not zipped":       {v1alpha1.ChartPackageSpec{Digest: digestOf(noise), Size: int64(len(noise)), Data: noise}, http.StatusUnprocessableEntity, "unpacking"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := s.send(test.spec)
			status, ok := err.(apierrors.APIStatus)
			if !ok || status.Status().Code != test.code || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v, want code %d and %q", err, test.code, test.says)
			}
		})
	}
}

// TestUploadInPieces sends a large package in pieces and sees how it stands,
// breaks off, goes on, and deploys it: nobody else may.
func TestUploadInPieces(t *testing.T) {
	t.Parallel()
	cluster := clustertest.Start(t)
	namespace := cluster.Namespace(t)
	editor := cluster.Editor(t, namespace)
	filler := make([]byte, v1alpha1.MaxPieceBytes)
	if _, err := rand.Read(filler); err != nil {
		t.Fatal(err)
	}
	whole := pack(t, noteChart, [2]string{"note/filler", string(filler)})
	digest, size := digestOf(whole), int64(len(whole))
	if size <= v1alpha1.MaxPieceBytes {
		t.Fatalf("the package has %d bytes, too few for two pieces", size)
	}
	s := newSender(t, editor)
	first := v1alpha1.ChartPackageSpec{Digest: digest, Size: size, Data: whole[:v1alpha1.MaxPieceBytes]}
	for range 2 { // a piece may come twice
		got, err := s.send(first)
		if err != nil {
			t.Fatal(err)
		}
		if got.Status.Received != v1alpha1.MaxPieceBytes || got.Status.Committed {
			t.Errorf("status %+v after the first piece", got.Status)
		}
	}
	chart := "localchart/note#0.1.0@" + digest
	c := connect(t, editor.Config)
	if _, err := c.Deployments(namespace).Create(deadline(t), wanted(namespace, "early", chart)); client.KindOf(err) != client.KindNotFound {
		t.Errorf("deploying half a package: error %v, want not found", err)
	}
	if _, err := c.Packages().Upload(deadline(t), digest, whole, nil); err != nil {
		t.Fatal(err)
	}
	deploy(t, c, namespace, "whole", chart)
	admin := connect(t, cluster.Admin(t, namespace).Config)
	if _, err := admin.Deployments(namespace).Create(deadline(t), wanted(namespace, "stolen", chart)); client.KindOf(err) != client.KindNotFound {
		t.Errorf("deploying another's upload: error %v, want not found", err)
	}
}

// TestLargePackage refuses, on both sides, what is larger than a package may be.
func TestLargePackage(t *testing.T) {
	t.Parallel()
	cluster := clustertest.Start(t)
	c := connect(t, cluster.Stranger(t, cluster.Namespace(t)).Config)
	large := bytes.Repeat([]byte{1}, v1alpha1.MaxPackageBytes+1)
	if _, err := c.Packages().Upload(deadline(t), digestOf(large), large, nil); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("error %v, want one that it is too large", err)
	}
}
