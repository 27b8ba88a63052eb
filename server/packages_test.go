package server

import (
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

func TestUploadHasNoDryRun(t *testing.T) {
	t.Parallel()
	p := &packages{} // without a manager: nothing can be stored
	_, err := p.Create(t.Context(), &v1alpha1.ChartPackage{}, nil, &metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	if !apierrors.IsBadRequest(err) {
		t.Errorf("answered %v, want a bad request", err)
	}
}
