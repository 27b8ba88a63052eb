package server

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-dm/helm-dm/manager"
)

func TestDeletion(t *testing.T) {
	t.Parallel()
	uid, version := types.UID("u"), "7"
	orphan, background := metav1.DeletePropagationOrphan, metav1.DeletePropagationBackground
	for name, c := range map[string]struct {
		asked metav1.DeleteOptions
		want  manager.DeleteOptions
	}{
		"nothing":    {metav1.DeleteOptions{}, manager.DeleteOptions{}},
		"background": {metav1.DeleteOptions{PropagationPolicy: &background}, manager.DeleteOptions{}},
		"orphan":     {metav1.DeleteOptions{PropagationPolicy: &orphan}, manager.DeleteOptions{Orphan: true}},
		"dry run":    {metav1.DeleteOptions{DryRun: []string{metav1.DryRunAll}}, manager.DeleteOptions{DryRun: true}},
		"of one version": {metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid, ResourceVersion: &version}},
			manager.DeleteOptions{UID: "u", ResourceVersion: "7"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, deletion(&c.asked)); diff != "" {
				t.Errorf("means (-want +got):\n%s", diff)
			}
		})
	}
}
