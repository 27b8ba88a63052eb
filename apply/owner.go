package apply

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// What Helm stamps on every object it applies, and demands of every object it
// changes (S36).
const (
	labelManagedBy      = "app.kubernetes.io/managed-by"
	managedByHelm       = "Helm"
	annotationRelease   = "meta.helm.sh/release-name"
	annotationNamespace = "meta.helm.sh/release-namespace"
	annotationPolicy    = "helm.sh/resource-policy"
	policyKeep          = "keep"
)

// Owner is the release that objects belong to.
type Owner struct {
	Release   string
	Namespace string
}

// stamp marks object as the owner's.
func (o Owner) stamp(object *unstructured.Unstructured) {
	labels := object.GetLabels()
	if labels == nil {
		labels = map[string]string{}
	}
	labels[labelManagedBy] = managedByHelm
	object.SetLabels(labels)
	annotations := object.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[annotationRelease] = o.Release
	annotations[annotationNamespace] = o.Namespace
	object.SetAnnotations(annotations)
}

// owns says whether the live object names this owner, and if not, whom.
func (o Owner) owns(live *unstructured.Unstructured) (bool, string) {
	annotations := live.GetAnnotations()
	release, namespace := annotations[annotationRelease], annotations[annotationNamespace]
	switch {
	case release == "" && namespace == "":
		return false, "it exists and belongs to no release"
	case release != o.Release || namespace != o.Namespace:
		return false, fmt.Sprintf("it belongs to release %q in namespace %q", release, namespace)
	case live.GetLabels()[labelManagedBy] != managedByHelm:
		return false, fmt.Sprintf("its label %s is %q, not %q", labelManagedBy, live.GetLabels()[labelManagedBy], managedByHelm)
	}
	return true, ""
}
