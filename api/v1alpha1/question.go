package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ChartSearch asks the catalogue; it is answered and not stored.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type ChartSearch struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   ChartSearchSpec   `json:"spec,omitempty"`
	Status ChartSearchStatus `json:"status,omitempty"`
}

// ChartSearchSpec is the question.
type ChartSearchSpec struct {
	Pattern string `json:"pattern,omitempty"`
	// Versions lists every version, not the newest alone.
	Versions bool `json:"versions,omitempty"`
	// Limit bounds the answer; 0 means 100.
	Limit int32 `json:"limit,omitempty"`
}

// ChartSearchStatus is the answer, the best match first.
type ChartSearchStatus struct {
	// +listType=atomic
	Charts []FoundChart `json:"charts,omitempty"`
	// More counts the matches beyond the limit.
	More int64 `json:"more,omitempty"`
}

// FoundChart is one match.
type FoundChart struct {
	ChartStatus `json:",inline"`
	Description string `json:"description,omitempty"`
	Deprecated  bool   `json:"deprecated,omitempty"`
}

// ChartInspection asks what is in a chart; it is answered and not stored.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type ChartInspection struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   ChartInspectionSpec   `json:"spec,omitempty"`
	Status ChartInspectionStatus `json:"status,omitempty"`
}

// ChartInspectionSpec is the question.
type ChartInspectionSpec struct {
	// Chart is a chart reference.
	Chart string `json:"chart"`
}

// ChartInspectionStatus is the answer.
type ChartInspectionStatus struct {
	Chart ChartStatus `json:"chart,omitempty"`
	// +listType=atomic
	Parameters []ParameterDoc `json:"parameters,omitempty"`
	// Values is the chart's values.yaml, comments and all.
	Values string `json:"values,omitempty"`
	Readme string `json:"readme,omitempty"`
}

// ParameterDoc documents one parameter of a chart.
type ParameterDoc struct {
	// Name is the path, with dots.
	Name        string `json:"name"`
	Type        string `json:"type,omitempty"`
	Description string `json:"description,omitempty"`
	// Default is JSON.
	Default string `json:"default,omitempty"`
	// Allowed values, each JSON.
	//
	// +listType=atomic
	Allowed  []string `json:"allowed,omitempty"`
	Required bool     `json:"required,omitempty"`
	Secret   bool     `json:"secret,omitempty"`
}

// RepositoryCheck asks whether a repository answers; it is not stored.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type RepositoryCheck struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   RepositorySpec   `json:"spec,omitempty"`
	Status RepositoryStatus `json:"status,omitempty"`
}
