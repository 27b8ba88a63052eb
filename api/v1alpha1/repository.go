package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Repository is a place that the manager finds charts in.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type Repository struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   RepositorySpec   `json:"spec,omitempty"`
	Status RepositoryStatus `json:"status,omitempty"`
}

// RepositoryList is a list of repositories.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type RepositoryList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Repository `json:"items"`
}

// RepositorySpec is where the repository is and how to open it.
type RepositorySpec struct {
	// URL is PROTO://HOST[:PORT]/BUCKET.
	URL string `json:"url"`
	// Credential names the Credential it is opened with, if any.
	Credential string `json:"credential,omitempty"`
}

// RepositoryStatus is what was found there.
type RepositoryStatus struct {
	// Kind is how the repository is read: index, bucket or oci.
	Kind string `json:"kind,omitempty"`
	// Charts counts the charts in it.
	Charts int64 `json:"charts,omitempty"`
	// Refreshed is when its contents were last read.
	Refreshed *metav1.Time `json:"refreshed,omitempty"`
	// Error says why the last refresh failed; empty after a good one.
	Error string `json:"error,omitempty"`
	// Broken counts the entries that were set aside.
	Broken int64 `json:"broken,omitempty"`
}

// Credential opens repositories. Its secret goes in and never comes out.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type Credential struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec CredentialSpec `json:"spec,omitempty"`
}

// CredentialList is a list of credentials.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type CredentialList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Credential `json:"items"`
}

// CredentialSpec is a pair of a public and a secret half.
type CredentialSpec struct {
	// Token is the public half: a user name, an access key, a key's name.
	Token string `json:"token"`
	// Secret is the other half. Write-only: only a create carries it.
	Secret string `json:"secret,omitempty"`
}
