// Package view shows repositories, credentials and charts as callers see them: all
// that may be told of them, and texts from outside bounded.
package view

import (
	"maps"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/repo/catalog"
	books "github.com/helm-dm/helm-dm/state/source"
)

// maxFault bounds what is told of one thing that is wrong, in bytes.
const maxFault = 1 << 10

// Repository is a repository, with what is known of its contents.
func Repository(r *books.Repository, status v1alpha1.RepositoryStatus) *v1alpha1.Repository {
	return &v1alpha1.Repository{
		ObjectMeta: objectMeta(&r.Meta),
		Spec:       v1alpha1.RepositorySpec{URL: r.URL, Credential: r.Credential, CABundle: r.CABundle, Origins: r.Origins},
		Status:     status,
	}
}

// Status is what the catalogue knows of a repository.
func Status(state catalog.State) v1alpha1.RepositoryStatus {
	status := v1alpha1.RepositoryStatus{
		Kind: string(state.Kind), Charts: int64(state.Charts), Versions: int64(state.Versions),
		Broken: int64(state.Broken), Faults: Faults(state.Faults),
	}
	if state.Err != nil {
		said, _, _ := strings.Cut(failure.Sentence(state.Err), v1alpha1.FailureTry)
		status.Error = short(said)
	}
	if !state.Refreshed.IsZero() {
		at := metav1.NewTime(state.Refreshed)
		status.Refreshed = &at
	}
	return status
}

// Faults are errors as texts.
func Faults(faults []error) []string {
	var texts []string
	for _, fault := range faults {
		texts = append(texts, short(failure.Sentence(fault)))
	}
	return texts
}

// short bounds a text, which it cuts between characters.
func short(text string) string {
	if len(text) <= maxFault {
		return text
	}
	return strings.ToValidUTF8(text[:maxFault-len("…")], "") + "…"
}

// Credential is a credential: all of it but its secret, which the
// books do not tell either.
func Credential(c *books.Credential) *v1alpha1.Credential {
	return &v1alpha1.Credential{
		ObjectMeta: objectMeta(&c.Meta),
		Spec:       v1alpha1.CredentialSpec{Token: c.Token},
		Status:     v1alpha1.CredentialStatus{Origin: c.Origin, UsedBy: c.UsedBy},
	}
}

// Annotations are those that stay: not the copy of a request, which repeats a
// credential's secret (CVE-2023-40029).
func Annotations(given map[string]string) map[string]string {
	stay := maps.Clone(given)
	delete(stay, corev1.LastAppliedConfigAnnotation)
	return stay
}

func objectMeta(m *books.Meta) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name:              m.Name,
		UID:               types.UID(m.UID),
		ResourceVersion:   m.ResourceVersion,
		CreationTimestamp: metav1.NewTime(m.Created),
		Labels:            maps.Clone(m.Labels),
		Annotations:       maps.Clone(m.Annotations),
	}
}
