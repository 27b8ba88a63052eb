package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ChartRelease puts an uploaded package into a repository; it is answered when
// the package is there, and not stored.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type ChartRelease struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   ChartReleaseSpec   `json:"spec,omitempty"`
	Status ChartReleaseStatus `json:"status,omitempty"`
}

// ChartReleaseSpec says what goes where.
type ChartReleaseSpec struct {
	// Destination is the URL of a repository, or of a place in one; empty means
	// the only repository that the caller may release to.
	Destination string `json:"destination,omitempty"`
	// Digest is sha256:HEX of a package that the caller uploaded as a
	// ChartPackage.
	Digest string `json:"digest"`
	// Provenance is the content of the package's .prov file, at most
	// MaxProvenanceBytes.
	Provenance []byte `json:"provenance,omitempty"`
	// Replace takes the place of a package of the same name and version, which
	// is refused otherwise.
	Replace bool `json:"replace,omitempty"`
}

// ChartReleaseStatus is where the package is now.
type ChartReleaseStatus struct {
	// URL is the address of the package.
	URL string `json:"url,omitempty"`
	// Repository names the Repository that took it.
	Repository string `json:"repository,omitempty"`
	// Chart is what was released.
	Chart ChartStatus `json:"chart,omitempty"`
}
