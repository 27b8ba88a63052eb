package source

import (
	"cmp"
	"errors"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/manager/failure"
	books "github.com/helm-dm/helm-dm/state/source"
)

// Removal narrows a delete down to one version of what is deleted.
type Removal struct {
	UID             string // empty for any
	ResourceVersion string // empty for any
	DryRun          bool
}

// meets refuses to remove what is not the version that was meant.
func (o Removal) meets(what string, m *books.Meta) error {
	if cmp.Or(o.UID, m.UID) != m.UID || cmp.Or(o.ResourceVersion, m.ResourceVersion) != m.ResourceVersion {
		return failure.New(v1alpha1.ReasonConflict, "%s %q has changed since it was read", what, m.Name)
	}
	return nil
}

// preconditions are those of the removal of what was read: one of the same name
// that comes meanwhile is not meant.
func (o Removal) preconditions(m *books.Meta) *metav1.Preconditions {
	uid := types.UID(m.UID)
	only := &metav1.Preconditions{UID: &uid}
	if o.ResourceVersion != "" {
		only.ResourceVersion = &o.ResourceVersion
	}
	return only
}

// unremoved says why something could not be removed.
func unremoved(resource, what, name string, err error) error {
	if errors.Is(err, books.ErrMoved) || errors.Is(err, books.ErrBusy) {
		return failure.New(v1alpha1.ReasonConflict, "%w", err)
	}
	return absent(resource, what, name, err)
}
