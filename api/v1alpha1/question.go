package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ChartSearch asks the catalogue; it is answered and not stored. The answer has
// only what the caller may use.
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
	// Pattern is looked for in names, descriptions, keywords and maintainers;
	// empty matches every chart.
	Pattern string `json:"pattern,omitempty"`
	// Versions lists every version, not the newest alone.
	Versions bool `json:"versions,omitempty"`
	// Limit bounds the answer; 0 means DefaultSearchLimit, and MaxSearchLimit is
	// the most.
	Limit int32 `json:"limit,omitempty"`
}

// ChartSearchStatus is the answer: exact names first, then names that start with
// the pattern, then the rest; deprecated charts last.
type ChartSearchStatus struct {
	// +listType=atomic
	Charts []FoundChart `json:"charts,omitempty"`
	// More counts the matches beyond the limit.
	More int64 `json:"more,omitempty"`
}

// FoundChart is one match. Its reference is a short one with its version,
// helm:HOST/BUCKET/NAME#VERSION.
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
	// Chart is a chart reference, as in the spec of a ChartDeployment.
	Chart string `json:"chart"`
}

// ChartInspectionStatus is the answer.
type ChartInspectionStatus struct {
	Chart ChartStatus `json:"chart,omitempty"`
	// Parameters are those of the chart and its subcharts.
	//
	// +listType=atomic
	Parameters []ParameterDoc `json:"parameters,omitempty"`
	// Values is the chart's values.yaml, comments and all.
	Values string `json:"values,omitempty"`
	// Commented is Values below lines that name the chart: a configuration file
	// to begin with.
	Commented string `json:"commented,omitempty"`
	Readme    string `json:"readme,omitempty"`
}

// ParameterDoc documents one parameter of a chart.
type ParameterDoc struct {
	// Name is where it is among the values, written as for a source of type set.
	Name string `json:"name"`
	// Type is a word of JSON Schema, several of them joined by |, or what the
	// author calls it.
	Type        string `json:"type,omitempty"`
	Description string `json:"description,omitempty"`
	// Default is JSON on one line; empty when there is none or when it is
	// secret.
	Default string `json:"default,omitempty"`
	// Effective says in the author's words what the default amounts to.
	Effective string `json:"effective,omitempty"`
	// Allowed values, each JSON.
	//
	// +listType=atomic
	Allowed []string `json:"allowed,omitempty"`
	// Range of allowed numbers: 1..10, >= 1, > 0, <= 10 or < 10.
	Range string `json:"range,omitempty"`
	// Pattern is a regular expression that allowed texts match.
	Pattern string `json:"pattern,omitempty"`
	// Section is the heading under which the author put it.
	Section string `json:"section,omitempty"`
	// Required says that the chart's schema wants it to be there.
	Required   bool `json:"required,omitempty"`
	Secret     bool `json:"secret,omitempty"`
	Deprecated bool `json:"deprecated,omitempty"`
}
