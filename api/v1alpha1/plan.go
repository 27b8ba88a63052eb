package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ChartPlan is what a deploy or redeploy would do. It is computed once, kept
// for an hour, and can then be carried out exactly.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type ChartPlan struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   ChartPlanSpec   `json:"spec,omitempty"`
	Status ChartPlanStatus `json:"status,omitempty"`
}

// ChartPlanList is a list of plans.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type ChartPlanList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []ChartPlan `json:"items"`
}

// ChartPlanSpec says what is planned.
type ChartPlanSpec struct {
	// Deployment is the name of an existing deployment, or of a new one.
	Deployment string `json:"deployment"`
	// Template is what the deployment's spec would be. Its parameters are
	// write-only here too.
	Template ChartDeploymentSpec `json:"template"`
	Options  OperationOptions    `json:"options,omitempty"`
}

// ChartPlanStatus is the plan.
type ChartPlanStatus struct {
	// +listType=map
	// +listMapKey=type
	Conditions []metav1.Condition `json:"conditions,omitempty"`
	// Digest is sha256:HEX over the rendered objects and the live versions that
	// the plan was made from.
	Digest string `json:"digest,omitempty"`
	// +listType=atomic
	Changes []Change     `json:"changes,omitempty"`
	Chart   ChartStatus  `json:"chart,omitempty"`
	Expires *metav1.Time `json:"expires,omitempty"`
}

// Change is what a plan does to one object.
type Change struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
	Action     Action `json:"action"`
	// Fields are the differences; values of Secrets are masked.
	//
	// +listType=atomic
	Fields []FieldChange `json:"fields,omitempty"`
	// Message says why the object is skipped or in conflict, and with whom.
	Message string `json:"message,omitempty"`
}

// FieldChange is one field that differs; an absent side is empty.
type FieldChange struct {
	Path string `json:"path"`
	Old  string `json:"old,omitempty"`
	New  string `json:"new,omitempty"`
}
