package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Repository is a place that the manager finds charts in. Its name follows from
// its URL: a create without a name gets it, and one with another is refused.
// Nothing of it can be changed: it is removed and added again.
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
	// URL is PROTO://HOST[:PORT]/BUCKET, PROTO being https, s3, gs, azblob or
	// oci; http, s3+http, azblob+http or oci+http without TLS. Stores without a
	// host of their own have the bucket alone. A user, a query or a fragment
	// does not belong there.
	URL string `json:"url"`
	// Credential names the Credential that opens it, if it takes one. The
	// caller must be allowed to use that. The first repository that uses a
	// credential binds it to its origin (scheme, host and port) for good.
	Credential string `json:"credential,omitempty"`
	// CABundle holds certificates in PEM that are trusted for this repository
	// besides those of the system, at most MaxCABundleBytes.
	CABundle []byte `json:"caBundle,omitempty"`
}

// RepositoryStatus is what was found there, as the replica that answers has seen
// it. It changes without the resource version.
type RepositoryStatus struct {
	// Kind is how the repository is read: index, bucket or oci.
	Kind string `json:"kind,omitempty"`
	// Charts and Versions count what is in it.
	Charts   int64 `json:"charts,omitempty"`
	Versions int64 `json:"versions,omitempty"`
	// Refreshed is when its contents were last read, or found unchanged.
	Refreshed *metav1.Time `json:"refreshed,omitempty"`
	// Error says why the last refresh failed; empty after a good one. What was
	// read before stays in use.
	Error string `json:"error,omitempty"`
	// Broken counts the entries that were set aside.
	Broken int64 `json:"broken,omitempty"`
	// Faults say of the first few of them what is wrong.
	//
	// +listType=atomic
	Faults []string `json:"faults,omitempty"`
}

// RepositoryCheck asks whether a repository answers; it is not stored, and binds
// no credential.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type RepositoryCheck struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   RepositorySpec   `json:"spec,omitempty"`
	Status RepositoryStatus `json:"status,omitempty"`
}
