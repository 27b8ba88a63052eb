package manager

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/state"
)

// catchUp is how long a list waits for changes that another replica has seen.
const catchUp = 3 * time.Second

// Errors of lists and watches, which have answers of their own in the API.
var (
	// ErrExpired: the resource version or the page token is too old. The caller
	// lists anew.
	ErrExpired = errors.New("too old: list again without a resource version")
	// ErrAhead: the resource version is newer than what this replica sees.
	ErrAhead = errors.New("newer than what this replica has seen: try again")
)

// page is what a page token holds. Any replica can read it.
type page struct {
	Version uint64    `json:"v"`
	After   state.Key `json:"after"`
}

// Get reads one deployment, always its present state.
func (m *Manager) Get(ctx context.Context, k state.Key) (*v1alpha1.ChartDeployment, error) {
	record, err := m.get(ctx, k)
	if err != nil {
		return nil, err
	}
	return view(record), nil
}

func (m *Manager) get(ctx context.Context, k state.Key) (*state.Record, error) {
	record, err := m.books.Records.Get(ctx, k)
	if apierrors.IsNotFound(err) {
		return nil, failure.New(v1alpha1.ReasonNotFound, "deployment %q does not exist in namespace %q", k.Name, k.Namespace)
	}
	return record, err
}

// List lists the deployments of a namespace, or of all when it is empty, in the
// order of namespace and name. Resource versions, limits and page tokens mean
// what they mean in Kubernetes; a page is taken from the state at the version of
// the first one.
func (m *Manager) List(ctx context.Context, namespace string, o *internalversion.ListOptions) (*v1alpha1.ChartDeploymentList, error) {
	records, at, err := m.snapshot(ctx, namespace, o)
	if err != nil {
		return nil, err
	}
	list := &v1alpha1.ChartDeploymentList{Items: []v1alpha1.ChartDeployment{}}
	list.ResourceVersion = strconv.FormatUint(at, 10)
	for i, r := range records {
		if o.Limit > 0 && int64(len(list.Items)) == o.Limit {
			last := list.Items[len(list.Items)-1]
			if list.Continue, err = encodePage(page{Version: at, After: state.Key{Namespace: last.Namespace, Name: last.Name}}); err != nil {
				return nil, err
			}
			if all(o) {
				left := int64(len(records) - i)
				list.RemainingItemCount = &left
			}
			break
		}
		if cd := view(r); selects(o, cd) {
			list.Items = append(list.Items, *cd)
		}
	}
	return list, nil
}

// snapshot finds the records that a list is to be taken from.
func (m *Manager) snapshot(ctx context.Context, namespace string, o *internalversion.ListOptions) ([]*state.Record, uint64, error) {
	if o.Continue != "" {
		return m.nextPage(ctx, namespace, o.Continue)
	}
	asked, err := parseVersion(o.ResourceVersion)
	if err != nil {
		return nil, 0, err
	}
	switch {
	case o.ResourceVersionMatch == metav1.ResourceVersionMatchExact:
		records, err := m.listAt(ctx, namespace, asked)
		return records, asked, err
	case o.ResourceVersion == "0":
		return m.known(ctx, namespace)
	case o.ResourceVersion != "":
		if records, at := m.books.Feed.List(namespace); at >= asked {
			return records, at, nil
		}
	}
	ctx, cancel := context.WithTimeout(ctx, catchUp)
	defer cancel()
	records, at, err := m.books.Feed.Current(ctx, namespace, asked)
	return records, at, feedError(err)
}

// known is what this replica has seen, as soon as it has seen anything.
func (m *Manager) known(ctx context.Context, namespace string) ([]*state.Record, uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, catchUp)
	defer cancel()
	if err := m.books.Feed.Synced(ctx); err != nil {
		return nil, 0, failure.New(v1alpha1.ReasonUnavailable, "the deployments were not read yet: try again: %w", err)
	}
	records, at := m.books.Feed.List(namespace)
	return records, at, nil
}

// listAt lists what there was at a version, which another replica may have seen
// first.
func (m *Manager) listAt(ctx context.Context, namespace string, version uint64) ([]*state.Record, error) {
	ctx, cancel := context.WithTimeout(ctx, catchUp)
	defer cancel()
	records, err := m.books.Feed.ListAt(ctx, namespace, version)
	return records, feedError(err)
}

func (m *Manager) nextPage(ctx context.Context, namespace, token string) ([]*state.Record, uint64, error) {
	p, err := decodePage(token)
	if err != nil {
		return nil, 0, failure.New(v1alpha1.ReasonInvalid, "the page token is not one of ours")
	}
	records, err := m.listAt(ctx, namespace, p.Version)
	if err != nil {
		return nil, 0, err
	}
	for i, r := range records {
		if r.Namespace > p.After.Namespace || (r.Namespace == p.After.Namespace && r.Name > p.After.Name) {
			return records[i:], p.Version, nil
		}
	}
	return nil, p.Version, nil
}

func encodePage(p page) (string, error) {
	data, err := json.Marshal(p)
	return base64.RawURLEncoding.EncodeToString(data), err
}

func decodePage(token string) (page, error) {
	var p page
	data, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal(data, &p)
}

func parseVersion(text string) (uint64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, failure.New(v1alpha1.ReasonInvalid, "the resource version %q is no number", text)
	}
	return n, nil
}

func feedError(err error) error {
	switch {
	case errors.Is(err, state.ErrExpired):
		return ErrExpired
	case errors.Is(err, state.ErrAhead):
		return ErrAhead
	}
	return err
}

// all says whether nothing is selected, so that what is left can be counted.
func all(o *internalversion.ListOptions) bool {
	return (o.LabelSelector == nil || o.LabelSelector.Empty()) && (o.FieldSelector == nil || o.FieldSelector.Empty())
}

// selects applies the label and field selectors of a request.
func selects(o *internalversion.ListOptions, cd *v1alpha1.ChartDeployment) bool {
	if o.LabelSelector != nil && !o.LabelSelector.Matches(labelSet(cd.Labels)) {
		return false
	}
	return o.FieldSelector == nil || o.FieldSelector.Matches(fields.Set{
		"metadata.name": cd.Name, "metadata.namespace": cd.Namespace,
	})
}

// DeleteAll deletes what a list would show: all of it is asked for, whatever
// becomes of single ones.
func (m *Manager) DeleteAll(ctx context.Context, id kube.Identity, namespace string, o *internalversion.ListOptions, dryRun bool) (*v1alpha1.ChartDeploymentList, error) {
	list, err := m.List(ctx, namespace, o)
	if err != nil {
		return nil, err
	}
	var wrong []error
	for i := range list.Items {
		k := state.Key{Namespace: list.Items[i].Namespace, Name: list.Items[i].Name}
		if _, _, err := m.Delete(ctx, id, k, DeleteOptions{DryRun: dryRun}); err != nil && failure.ReasonOf(err) != v1alpha1.ReasonNotFound {
			wrong = append(wrong, err)
		}
	}
	if len(wrong) > 0 {
		return nil, &failure.Error{Reason: failure.ReasonOf(wrong[0]), Err: errors.Join(wrong...)}
	}
	return list, nil
}
