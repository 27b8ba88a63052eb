package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ChartDeployment is a named instance of a chart. Creating one deploys,
// changing its spec redeploys, deleting it removes what it made. Writes are
// accepted and answered at once; status.operation tells how the work goes.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type ChartDeployment struct {
	metav1.TypeMeta `json:",inline"`
	// Metadata. The resource version is the API server's own, of the Secret
	// that holds the record.
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   ChartDeploymentSpec   `json:"spec,omitempty"`
	Status ChartDeploymentStatus `json:"status,omitempty"`
}

// ChartDeploymentList is a list of deployments.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type ChartDeploymentList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []ChartDeployment `json:"items"`
}

// ChartDeploymentSpec is what the caller wants.
type ChartDeploymentSpec struct {
	// Chart is a chart reference: short (helm:HOST/BUCKET/NAME#VERSION), long
	// (https://…/name-1.2.3.tgz, oci://…) or an upload
	// (localchart/NAME#VERSION@sha256:DIGEST).
	Chart string `json:"chart"`
	// Parameters are merged in their order, the last one winning. They are
	// write-only: no read of the object returns them, status carries their
	// digest, and the subresource values reads them. Absent in an update means
	// unchanged.
	//
	// +listType=atomic
	Parameters []ParameterSource `json:"parameters,omitempty"`
	// Options hold for this and every later revision.
	Options DeploymentOptions `json:"options,omitempty"`
}

// ParameterType says how the text of a source is read.
type ParameterType string

// The types of parameter sources, named after the flags of Helm (S5, S11).
const (
	// ParameterValues is a YAML document (or several).
	ParameterValues ParameterType = "values"
	// ParameterSet is path=value[,path=value…], values typed by their looks.
	ParameterSet ParameterType = "set"
	// ParameterSetString is the same with every value a string.
	ParameterSetString ParameterType = "setString"
	// ParameterSetJSON is path=JSON, or a JSON object.
	ParameterSetJSON ParameterType = "setJSON"
	// ParameterSetFile is path=TEXT, the text being a file's content.
	ParameterSetFile ParameterType = "setFile"
	// ParameterSetLiteral is path=TEXT without any escapes.
	ParameterSetLiteral ParameterType = "setLiteral"
	// ParameterUnset is a path that is dropped from what came before.
	ParameterUnset ParameterType = "unset"
)

// ParameterSource is one source of parameters: a type and its text. Texts are
// kept as they were given, so that numbers and order mean what they mean in
// Helm; a renderer parses them.
type ParameterSource struct {
	Type ParameterType `json:"type"`
	Text string        `json:"text,omitempty"`
	// Values is what a hand-written manifest may give in place of a text of
	// type values: an object.
	Values *Object `json:"values,omitempty"`
}

// DeploymentOptions are the options that last.
type DeploymentOptions struct {
	// HistoryLimit bounds the revisions kept; 0 means 10 (S41).
	HistoryLimit int32 `json:"historyLimit,omitempty"`
	// RollbackOnFailure restores the last good revision when one fails.
	RollbackOnFailure bool `json:"rollbackOnFailure,omitempty"`
	// CreateNamespace creates the namespace of the deployment if it is missing.
	CreateNamespace bool `json:"createNamespace,omitempty"`
	// Timeout bounds each operation, health included; 0 means five minutes.
	Timeout metav1.Duration `json:"timeout,omitempty"`
}
