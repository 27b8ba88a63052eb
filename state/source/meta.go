package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/state/secret"
)

// Meta is what repositories and credentials have in common. UID, ResourceVersion
// and Created are given by the store.
type Meta struct {
	Name            string            `json:"-"`
	UID             string            `json:"-"`
	ResourceVersion string            `json:"-"`
	Created         time.Time         `json:"-"`
	Labels          map[string]string `json:"labels,omitempty"`
	Annotations     map[string]string `json:"annotations,omitempty"`
	// By is the user who added it.
	By string `json:"by,omitempty"`
}

func (m *Meta) meta() *Meta { return m }

// kept is a copy that may be stored. The annotation with a copy of the request is
// left out: it repeats a credential's secret (CVE-2023-40029).
func (m Meta) kept() Meta {
	m.Labels = maps.Clone(m.Labels)
	m.Annotations = maps.Clone(m.Annotations)
	delete(m.Annotations, corev1.LastAppliedConfigAnnotation)
	return m
}

// Labels, keys and types of the Secrets.
const (
	roleRepository = "repository"
	roleDraft      = "repository-draft"
	roleCredential = "credential"

	labelOpenedBy = "dm.helm.sh/credential" // UID of a repository's or draft's credential

	secretType = corev1.SecretType("dm.helm.sh/source.v1")
	keyEntry   = "entry"
	keySecret  = "secret" // of a credential alone
)

// entry is what is kept: a pointer to a Repository or a Credential.
type entry interface {
	meta() *Meta
	check() error // what was read is one
}

// secretName is the name of an entry's Secret. Drafts have that of repositories.
func secretName(role, name string) string { return role + "." + name }

func encode(namespace, role string, e entry) (*corev1.Secret, error) {
	data, err := json.Marshal(e)
	if err = errors.Join(err, e.check()); err != nil {
		return nil, fmt.Errorf("encoding %s %q: %w", role, e.meta().Name, err)
	}
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace,
			Name:      secretName(role, e.meta().Name),
			Labels:    map[string]string{secret.LabelRole: role},
		},
		Type: secretType,
		Data: map[string][]byte{keyEntry: data},
	}, nil
}

// decode reads an entry of a role into e.
func decode(s *corev1.Secret, role string, e entry) error {
	err := json.Unmarshal(s.Data[keyEntry], e)
	if err == nil {
		err = e.check()
	}
	if err != nil {
		return fmt.Errorf("reading %s from Secret %q: %w", role, s.Name, err)
	}
	m := e.meta()
	m.Name = s.Name[min(len(s.Name), len(secretName(role, ""))):]
	m.UID, m.ResourceVersion, m.Created = string(s.UID), s.ResourceVersion, s.CreationTimestamp.Time
	return nil
}
