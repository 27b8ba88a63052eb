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
	// caller must be allowed to use that. Before a credential is sent for the
	// first time, it is bound to the repository's origin (scheme, host and
	// port) for good.
	Credential string `json:"credential,omitempty"`
	// CABundle holds certificates in PEM that are trusted for this repository
	// besides those of the system, at most MaxCABundleBytes.
	CABundle []byte `json:"caBundle,omitempty"`
	// Origins are further ones, SCHEME://HOST[:PORT] with http or https, at which
	// private addresses may be dialled where the repository leads there: by its
	// index, a redirect, or its token service. The credential does not go
	// there. At most MaxOrigins.
	//
	// +listType=set
	Origins []string `json:"origins,omitempty"`
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

// RepositoryCheck asks whether a repository answers. It is not stored, and binds
// no credential: one that is bound to no origin yet is not sent, but refused.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type RepositoryCheck struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   RepositorySpec   `json:"spec,omitempty"`
	Status RepositoryStatus `json:"status,omitempty"`
}
