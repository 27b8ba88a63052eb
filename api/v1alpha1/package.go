package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ChartPackage is the upload of a local chart. Each create sends one piece; the
// answer says how many bytes have arrived, so that an interrupted upload goes
// on where it stopped. The last piece commits the package by its digest. Its
// name is sha256-HEX. Only who uploaded a package may deploy it.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type ChartPackage struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   ChartPackageSpec   `json:"spec,omitempty"`
	Status ChartPackageStatus `json:"status,omitempty"`
}

// ChartPackageSpec is one piece of a package.
type ChartPackageSpec struct {
	// Digest is sha256:HEX over the whole package.
	Digest string `json:"digest"`
	// Size of the whole package in bytes, at most MaxPackageBytes.
	Size int64 `json:"size"`
	// Offset of this piece in bytes.
	Offset int64 `json:"offset,omitempty"`
	// Data of this piece, at most MaxPieceBytes. Write-only.
	Data []byte `json:"data,omitempty"`
}

// ChartPackageStatus says how far the upload is.
type ChartPackageStatus struct {
	// Received bytes, from the start.
	Received int64 `json:"received"`
	// Committed says that the package is whole and in the chart store.
	Committed bool `json:"committed,omitempty"`
	// Chart is what the committed package holds.
	Chart ChartStatus `json:"chart,omitempty"`
}
