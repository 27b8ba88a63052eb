package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// OperationOptions hold for one operation and are never kept in the spec.
type OperationOptions struct {
	// Message is the caller's words for why.
	Message string `json:"message,omitempty"`
	// Timeout bounds the operation; 0 means the deployment's.
	Timeout metav1.Duration `json:"timeout,omitempty"`
	// ForceConflicts takes over fields that other appliers own.
	ForceConflicts bool `json:"forceConflicts,omitempty"`
	// TakeOwnership adopts objects that belong to nobody or somebody else.
	TakeOwnership bool `json:"takeOwnership,omitempty"`
	// Adopt builds on a revision that Helm made or somebody altered.
	Adopt bool `json:"adopt,omitempty"`
	// Recreate replaces objects whose changed fields are immutable.
	Recreate bool `json:"recreate,omitempty"`
	// NoQueue refuses instead of waiting while another operation runs.
	NoQueue bool `json:"noQueue,omitempty"`
	// Plan names a stored ChartPlan that is to be carried out exactly.
	Plan string `json:"plan,omitempty"`
}

// DeploymentRedeploy is the body of the subresource redeploy.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type DeploymentRedeploy struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	// Chart moves to another chart or version; empty keeps the present one.
	Chart string `json:"chart,omitempty"`
	// Parameters are merged over the stored ones. Write-only.
	//
	// +listType=atomic
	Parameters []ParameterSource `json:"parameters,omitempty"`
	// ResetParameters drops the stored ones first.
	ResetParameters bool `json:"resetParameters,omitempty"`
	// Restart restarts all pods, also of what did not change.
	Restart bool             `json:"restart,omitempty"`
	Options OperationOptions `json:"options,omitempty"`
}

// DeploymentRollback is the body of the subresource rollback.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type DeploymentRollback struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	// Revision to return to; 0 means the last good one before the present.
	Revision int64            `json:"revision,omitempty"`
	Options  OperationOptions `json:"options,omitempty"`
}

// DeploymentCancel is the body of the subresource cancel.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type DeploymentCancel struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	// Operation, if given, is the only one that is to be stopped.
	Operation string `json:"operation,omitempty"`
	Message   string `json:"message,omitempty"`
}

// RevisionOptions choose a revision in the subresources values, manifest and
// revisions.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type RevisionOptions struct {
	metav1.TypeMeta `json:",inline"`
	// Revision; 0 means the newest.
	Revision int64 `json:"revision,omitempty"`
	// All merges the chart's defaults into the values.
	All bool `json:"all,omitempty"`
	// ShowSecrets leaves Secret data readable, for callers who may get Secrets.
	ShowSecrets bool `json:"showSecrets,omitempty"`
}

// DeploymentValues is the answer of the subresource values.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type DeploymentValues struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Revision          int64 `json:"revision"`
	// Values is a YAML document.
	Values string `json:"values"`
}

// DeploymentManifest is the answer of the subresource manifest.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type DeploymentManifest struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Revision          int64 `json:"revision"`
	// Manifest is a stream of YAML documents; Secret data is masked by default.
	Manifest string `json:"manifest"`
}

// DeploymentRevisions is the answer of the subresource revisions.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type DeploymentRevisions struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	// +listType=atomic
	Items []Revision `json:"items"`
}

// Revision is one entry of a deployment's history.
type Revision struct {
	Number int64         `json:"number"`
	Action OperationType `json:"action"`
	// Outcome is a status of Helm's (S41): deployed, superseded, failed, ….
	Outcome string           `json:"outcome"`
	User    string           `json:"user"`
	At      metav1.MicroTime `json:"at"`
	Message string           `json:"message,omitempty"`
	Chart   ChartStatus      `json:"chart"`
	// Foreign says that the release Secret was made or altered by somebody
	// else: it is used only where the caller says so (--adopt).
	Foreign bool `json:"foreign,omitempty"`
}

// DeploymentLogOptions choose what the subresource log streams.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type DeploymentLogOptions struct {
	metav1.TypeMeta `json:",inline"`
	// Follow goes on until the operation ends.
	Follow bool `json:"follow,omitempty"`
	// Operation, if given, is the only one that is told of.
	Operation string `json:"operation,omitempty"`
}

// LogLine is one line of JSON in the subresource log: either a step of the
// operation or a change of one object.
type LogLine struct {
	At        metav1.MicroTime `json:"at"`
	Operation string           `json:"operation"`
	Step      Step             `json:"step,omitempty"`
	Object    *ObjectStatus    `json:"object,omitempty"`
	Reason    Reason           `json:"reason,omitempty"`
	Message   string           `json:"message,omitempty"`
}
