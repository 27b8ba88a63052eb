package manager_test

import (
	"context"
	"strconv"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// edit is an edit that f makes in place.
func edit(f func(*v1alpha1.ChartDeployment)) func(context.Context, *v1alpha1.ChartDeployment) (*v1alpha1.ChartDeployment, error) {
	return func(_ context.Context, cd *v1alpha1.ChartDeployment) (*v1alpha1.ChartDeployment, error) {
		f(cd)
		return cd, nil
	}
}

func TestUpdateOfMetadata(t *testing.T) {
	t.Parallel()
	h := open(t)
	before := h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart))))
	after, err := h.Update(t.Context(), ada(), blue(), edit(func(cd *v1alpha1.ChartDeployment) {
		cd.Labels = map[string]string{"team": "a"}
		cd.Annotations = map[string]string{"note": "b", corev1.LastAppliedConfigAnnotation: "c"}
		cd.Status = v1alpha1.ChartDeploymentStatus{}
	}), false)
	if err != nil {
		t.Fatal(err)
	}
	if after.Labels["team"] != "a" || after.Annotations["note"] != "b" || len(after.Annotations) != 1 {
		t.Errorf("labels %v, annotations %v", after.Labels, after.Annotations)
	}
	if after.Status.Revision != 1 || after.Generation != before.Generation || after.Status.Phase != v1alpha1.PhaseDeployed {
		t.Errorf("the update did more than that: %+v", after.Status)
	}
	same, err := h.Update(t.Context(), ada(), blue(), edit(func(*v1alpha1.ChartDeployment) {}), false)
	if err != nil || same.ResourceVersion != after.ResourceVersion {
		t.Errorf("an update of nothing wrote: version %s, was %s (%v)", same.ResourceVersion, after.ResourceVersion, err)
	}
}

func TestDryRunOfAnUpdate(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart))))
	tried, err := h.Update(t.Context(), ada(), blue(), edit(func(cd *v1alpha1.ChartDeployment) {
		cd.Labels = map[string]string{"team": "a"}
	}), true)
	if err != nil || tried.Labels["team"] != "a" {
		t.Fatalf("the answer has labels %v (%v), want those of the update", tried.GetLabels(), err)
	}
	if cd, err := h.Get(t.Context(), blue()); err != nil || len(cd.Labels) != 0 {
		t.Errorf("a dry run stored labels %v (%v)", cd.GetLabels(), err)
	}
}

func TestUpdatesAtOnceAreAllMade(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart))))
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			_, err := h.Update(t.Context(), ada(), blue(), edit(func(cd *v1alpha1.ChartDeployment) {
				if cd.Labels == nil {
					cd.Labels = map[string]string{}
				}
				cd.Labels[strconv.Itoa(i)] = "here"
				cd.ResourceVersion = ""
			}), false)
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	cd, err := h.Get(t.Context(), blue())
	if err != nil || len(cd.Labels) != 8 {
		t.Errorf("%d labels of 8 (%v)", len(cd.Labels), err)
	}
}

func TestUpdateRefuses(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart))))
	for name, c := range map[string]struct {
		edit   func(*v1alpha1.ChartDeployment)
		reason v1alpha1.Reason
		words  string
	}{
		"another chart": {func(cd *v1alpha1.ChartDeployment) { cd.Spec.Chart = "localchart/other" }, v1alpha1.ReasonInvalid, "delete it and deploy it anew"},
		"parameters": {func(cd *v1alpha1.ChartDeployment) {
			cd.Spec.Parameters = []v1alpha1.ParameterSource{{Type: v1alpha1.ParameterSet, Text: "a=b"}}
		}, v1alpha1.ReasonInvalid, "delete it and deploy it anew"},
		"another name": {func(cd *v1alpha1.ChartDeployment) { cd.Name = "red" }, v1alpha1.ReasonInvalid, "cannot be changed"},
		"finalizers":   {func(cd *v1alpha1.ChartDeployment) { cd.Finalizers = nil }, v1alpha1.ReasonInvalid, "metadata.finalizers"},
		"label":        {func(cd *v1alpha1.ChartDeployment) { cd.Labels = map[string]string{"a b": ""} }, v1alpha1.ReasonInvalid, "metadata.labels"},
		"old version":  {func(cd *v1alpha1.ChartDeployment) { cd.ResourceVersion = "1" }, v1alpha1.ReasonConflict, "latest version"},
		"another UID":  {func(cd *v1alpha1.ChartDeployment) { cd.UID = "x" }, v1alpha1.ReasonConflict, "any more"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := h.Update(t.Context(), ada(), blue(), edit(c.edit), false)
			wantReason(t, err, c.reason, c.words)
		})
	}
}
