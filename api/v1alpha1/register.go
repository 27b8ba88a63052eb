package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupName is the API group of Helm/DM.
const GroupName = "dm.helm.sh"

// Version is the version this package describes.
const Version = "v1alpha1"

// GroupVersion names the group and version of every type in this package.
func GroupVersion() schema.GroupVersion {
	return schema.GroupVersion{Group: GroupName, Version: Version}
}

// Resource qualifies a resource name with the group, as errors want it.
func Resource(name string) schema.GroupResource {
	return schema.GroupResource{Group: GroupName, Resource: name}
}

// AddToScheme registers the types. The manager registers them once more as the
// internal version: what is on the wire is what it works with, so there is
// nothing to convert.
func AddToScheme(scheme *runtime.Scheme) error {
	addKnownTypes(scheme, GroupVersion())
	metav1.AddToGroupVersion(scheme, GroupVersion())
	return nil
}

// AddInternalToScheme registers the same types as the internal version, which
// the API machinery of a server decodes into.
func AddInternalToScheme(scheme *runtime.Scheme) error {
	addKnownTypes(scheme, schema.GroupVersion{Group: GroupName, Version: runtime.APIVersionInternal})
	return nil
}

func addKnownTypes(scheme *runtime.Scheme, gv schema.GroupVersion) {
	scheme.AddKnownTypes(gv,
		&ChartDeployment{}, &ChartDeploymentList{},
		&DeploymentRedeploy{}, &DeploymentRollback{}, &DeploymentCancel{},
		&DeploymentValues{}, &DeploymentManifest{}, &DeploymentRevisions{},
		&DeploymentLogOptions{}, &RevisionOptions{},
		&ChartPlan{}, &ChartPlanList{},
		&ChartPackage{},
		&Repository{}, &RepositoryList{},
		&Credential{}, &CredentialList{},
		&ChartSearch{}, &ChartInspection{}, &RepositoryCheck{}, &ChartRelease{},
	)
}
