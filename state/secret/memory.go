package secret

import (
	"context"
	"strconv"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
)

// Memory keeps Secrets in memory, with the resource versions, conflicts and
// watches of an API server. Its zero value is ready.
type Memory struct {
	mu      sync.Mutex
	rv      uint64
	secrets map[types.NamespacedName]*corev1.Secret
	log     []memoryEvent
	changed chan struct{}
}

// memoryEvent is one change; event i has resource version i+1.
type memoryEvent struct {
	kind   watch.EventType
	old    *corev1.Secret // nil when it was added
	secret *corev1.Secret
}

// Get returns a copy of one Secret.
func (m *Memory) Get(_ context.Context, namespace, name string) (*corev1.Secret, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found, ok := m.secrets[types.NamespacedName{Namespace: namespace, Name: name}]
	if !ok {
		return nil, apierrors.NewNotFound(corev1.Resource("secrets"), name)
	}
	return found.DeepCopy(), nil
}

// Metadata lists metadata alone.
func (m *Memory) Metadata(_ context.Context, namespace, selector string) (*metav1.PartialObjectMetadataList, error) {
	secrets, rv, err := m.list(namespace, selector)
	if err != nil {
		return nil, err
	}
	list := &metav1.PartialObjectMetadataList{ListMeta: metav1.ListMeta{ResourceVersion: rv}}
	for _, s := range secrets {
		list.Items = append(list.Items, metav1.PartialObjectMetadata{ObjectMeta: s.ObjectMeta})
	}
	return list, nil
}

// Create stores a copy under a fresh UID.
func (m *Memory) Create(_ context.Context, secret *corev1.Secret) (*corev1.Secret, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, taken := m.secrets[keyOf(secret)]; taken {
		return nil, apierrors.NewAlreadyExists(corev1.Resource("secrets"), secret.Name)
	}
	stored := secret.DeepCopy()
	stored.UID = types.UID("uid-" + strconv.FormatUint(m.rv+1, 10))
	stored.CreationTimestamp = metav1.Now().Rfc3339Copy()
	m.put(watch.Added, stored)
	return stored.DeepCopy(), nil
}

// Update replaces a Secret, under the resource version given with it if any. One
// that changes nothing is no change.
func (m *Memory) Update(_ context.Context, secret *corev1.Secret) (*corev1.Secret, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	old, ok := m.secrets[keyOf(secret)]
	if !ok {
		return nil, apierrors.NewNotFound(corev1.Resource("secrets"), secret.Name)
	}
	if err := matches(old, secret.UID, secret.ResourceVersion); err != nil {
		return nil, err
	}
	stored := secret.DeepCopy()
	stored.UID, stored.CreationTimestamp, stored.ResourceVersion = old.UID, old.CreationTimestamp, old.ResourceVersion
	if !equality.Semantic.DeepEqual(old, stored) {
		m.put(watch.Modified, stored)
	}
	return stored.DeepCopy(), nil
}

// Delete removes a Secret.
func (m *Memory) Delete(_ context.Context, namespace, name string, only *metav1.Preconditions) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := types.NamespacedName{Namespace: namespace, Name: name}
	old, ok := m.secrets[key]
	if !ok {
		return apierrors.NewNotFound(corev1.Resource("secrets"), name)
	}
	if only != nil {
		var uid types.UID
		var rv string
		if only.UID != nil {
			uid = *only.UID
		}
		if only.ResourceVersion != nil {
			rv = *only.ResourceVersion
		}
		if err := matches(old, uid, rv); err != nil {
			return err
		}
	}
	m.put(watch.Deleted, old.DeepCopy())
	delete(m.secrets, key)
	return nil
}

// put logs a change and stores its Secret under the next resource version.
func (m *Memory) put(kind watch.EventType, secret *corev1.Secret) {
	if m.secrets == nil {
		m.secrets = map[types.NamespacedName]*corev1.Secret{}
	}
	m.rv++
	secret.ResourceVersion = strconv.FormatUint(m.rv, 10)
	m.log = append(m.log, memoryEvent{kind: kind, old: m.secrets[keyOf(secret)], secret: secret})
	m.secrets[keyOf(secret)] = secret
	if m.changed != nil {
		close(m.changed)
		m.changed = nil
	}
}

func (m *Memory) list(namespace, selector string) ([]*corev1.Secret, string, error) {
	sel, err := labels.Parse(selector)
	if err != nil {
		return nil, "", apierrors.NewBadRequest(err.Error())
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []*corev1.Secret
	for key, s := range m.secrets {
		if (namespace == "" || key.Namespace == namespace) && sel.Matches(labels.Set(s.Labels)) {
			found = append(found, s.DeepCopy())
		}
	}
	return found, strconv.FormatUint(m.rv, 10), nil
}

func keyOf(s *corev1.Secret) types.NamespacedName {
	return types.NamespacedName{Namespace: s.Namespace, Name: s.Name}
}

func matches(old *corev1.Secret, uid types.UID, rv string) error {
	if (uid != "" && uid != old.UID) || (rv != "" && rv != old.ResourceVersion) {
		return apierrors.NewConflict(corev1.Resource("secrets"), old.Name, errMoved)
	}
	return nil
}
