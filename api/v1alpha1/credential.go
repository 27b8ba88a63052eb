package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Credential opens repositories. Its secret goes in and never comes out, and is
// sent to one origin only. A create without a name gets a generated one. Nothing
// of it can be changed: it is removed and added again.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type Credential struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   CredentialSpec   `json:"spec,omitempty"`
	Status CredentialStatus `json:"status,omitempty"`
}

// CredentialList is a list of credentials.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type CredentialList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Credential `json:"items"`
}

// CredentialSpec is a pair of a public and a secret half. One pair serves every
// way of proving who one is: a user and a password, an access key and its
// secret, an account and its key, any name and a bearer token.
type CredentialSpec struct {
	// Token is the public half: a user name, an access key, a key's name. At
	// most MaxTokenBytes.
	Token string `json:"token"`
	// Secret is the other half; for Google Cloud Storage it may be the content
	// of a service account's key file. At most MaxSecretBytes. Write-only: only
	// a create carries it.
	Secret string `json:"secret,omitempty"`
}

// CredentialStatus is what became of it.
type CredentialStatus struct {
	// Origin is SCHEME://HOST[:PORT], the only one that it is ever sent to;
	// empty as long as no repository used it.
	Origin string `json:"origin,omitempty"`
	// UsedBy names the repositories that it opens. As long as there is one, the
	// credential cannot be deleted.
	//
	// +listType=atomic
	UsedBy []string `json:"usedBy,omitempty"`
}
