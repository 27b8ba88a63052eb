// Package v1alpha1 is the wire contract of dm.helm.sh/v1alpha1: the types that
// the manager serves and the client sends, the reasons its errors carry, and
// the names of the labels and annotations that Helm/DM writes. It depends on
// apimachinery alone, so that both sides can meet here and nowhere else.
//
// Two rules hold for every type. What goes in and must not come out again
// (parameters, a credential's secret, a package's bytes) stands in a field that
// the manager never fills when it answers. And status is the manager's alone:
// whatever a caller sends in it is dropped.
//
// +k8s:deepcopy-gen=package
// +k8s:openapi-gen=true
// +k8s:openapi-model-package=sh.helm.dm.v1alpha1
// +groupName=dm.helm.sh
package v1alpha1
