package manager_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/manager"
)

// many deploys a, b, c, … with labels parity=odd and parity=even in turn.
func (h *house) many(n int) {
	h.t.Helper()
	reference := h.upload(ada(), pack(h.t, webChart))
	for i := range n {
		cd := wanted(string(rune('a'+i)), reference)
		cd.Labels = map[string]string{"parity": []string{"odd", "even"}[i%2]}
		h.deploy(cd)
	}
}

func (h *house) list(o internalversion.ListOptions) *v1alpha1.ChartDeploymentList {
	h.t.Helper()
	list, err := h.List(h.t.Context(), "shop", &o)
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

func names(list *v1alpha1.ChartDeploymentList) string {
	all := ""
	for _, cd := range list.Items {
		all += cd.Name
	}
	return all
}

func parity(value string) labels.Selector { return labels.SelectorFromSet(labels.Set{"parity": value}) }

func TestList(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.many(4)
	for want, o := range map[string]internalversion.ListOptions{
		"abcd": {},
		"ac":   {LabelSelector: parity("odd")},
		"b":    {FieldSelector: fields.OneTermEqualSelector("metadata.name", "b")},
		"":     {FieldSelector: fields.OneTermEqualSelector("metadata.namespace", "elsewhere")},
	} {
		if got := names(h.list(o)); got != want {
			t.Errorf("%+v: %q, want %q", o, got, want)
		}
	}
	if elsewhere, err := h.List(t.Context(), "elsewhere", &internalversion.ListOptions{}); err != nil || len(elsewhere.Items) != 0 {
		t.Errorf("another namespace: %v, %v", elsewhere, err)
	}
}

func TestPagesOfOneMomentOnAnyReplica(t *testing.T) {
	t.Parallel()
	first := open(t)
	second := open(t, first)
	first.many(5)
	foreign := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "elsewhere", Name: "moves-the-clusters-version-on"}}
	if _, err := first.secrets.Create(t.Context(), foreign); err != nil {
		t.Fatal(err)
	}
	page := first.list(internalversion.ListOptions{Limit: 2})
	if *page.RemainingItemCount != 3 {
		t.Errorf("%d remain, want 3", *page.RemainingItemCount)
	}
	all, version := names(page), page.ResourceVersion
	first.deploy(wanted("bb", first.upload(ada(), pack(t, webChart)))) // after the first page was taken
	for replica := second; page.Continue != ""; {
		page = replica.list(internalversion.ListOptions{Limit: 2, Continue: page.Continue})
		all += names(page)
		if page.ResourceVersion != version {
			t.Errorf("a page is at version %s, the first was at %s", page.ResourceVersion, version)
		}
	}
	if all != "abcde" {
		t.Errorf("pages hold %q, want %q", all, "abcde")
	}
	if now := names(second.list(internalversion.ListOptions{})); now != "abbbcde" {
		t.Errorf("now there are %q", now)
	}
}

func TestListVersions(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.many(1)
	before := h.list(internalversion.ListOptions{})
	h.deploy(wanted("z", h.upload(ada(), pack(t, webChart))))
	exact := internalversion.ListOptions{ResourceVersion: before.ResourceVersion, ResourceVersionMatch: metav1.ResourceVersionMatchExact}
	if got := names(h.list(exact)); got != "a" {
		t.Errorf("exactly then there were %q, want a", got)
	}
	if got := names(h.list(internalversion.ListOptions{ResourceVersion: before.ResourceVersion})); got != "az" {
		t.Errorf("not older than then there were %q, want az", got)
	}
	for version, want := range map[string]error{"999999999": manager.ErrAhead, "x": nil} {
		_, err := h.List(t.Context(), "", &internalversion.ListOptions{ResourceVersion: version})
		if err == nil || (want != nil && !errors.Is(err, want)) {
			t.Errorf("version %s: %v, want %v", version, err, want)
		}
	}
	_, err := h.List(t.Context(), "", &internalversion.ListOptions{Continue: "rubbish"})
	wantReason(t, err, v1alpha1.ReasonInvalid, "page token")
}

// events reads n events as TYPE:NAME.
func events(t *testing.T, w watch.Interface, n int) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var told []string
	for len(told) < n {
		select {
		case e := <-w.ResultChan():
			name := ""
			if cd, ok := e.Object.(*v1alpha1.ChartDeployment); ok {
				name = cd.Name
				if cd.Annotations[metav1.InitialEventsAnnotationKey] != "" {
					name = "initial"
				}
			}
			told = append(told, fmt.Sprintf("%s:%s", e.Type, name))
		case <-ctx.Done():
			t.Fatalf("only %v was told", told)
		}
	}
	return told
}

func (h *house) watch(o internalversion.ListOptions) watch.Interface {
	h.t.Helper()
	w, err := h.Watch(h.t.Context(), "shop", &o)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(w.Stop)
	return w
}

func TestWatchListOfAnInformer(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.many(2)
	yes := true
	w := h.watch(internalversion.ListOptions{
		SendInitialEvents: &yes, AllowWatchBookmarks: true, ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan,
	})
	if diff := cmp.Diff([]string{"ADDED:a", "ADDED:b", "BOOKMARK:initial"}, events(t, w, 3)); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	h.deploy(wanted("z", h.upload(ada(), pack(t, webChart))))
	if got := events(t, w, 2); got[0] != "ADDED:z" || got[1] != "MODIFIED:z" {
		t.Errorf("told %v", got)
	}
}

func TestWatchFromAVersion(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.many(1)
	from := h.list(internalversion.ListOptions{}).ResourceVersion
	h.deploy(wanted("z", h.upload(ada(), pack(t, webChart))))
	w := h.watch(internalversion.ListOptions{ResourceVersion: from})
	if got := events(t, w, 1); got[0] != "ADDED:z" {
		t.Errorf("told %v, want what came after the list", got)
	}
	if _, err := h.Watch(t.Context(), "", &internalversion.ListOptions{ResourceVersion: "999999999"}); !errors.Is(err, manager.ErrAhead) {
		t.Errorf("a version still to come: %v, want ErrAhead", err)
	}
}

func TestWatchThroughASelector(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.many(2)
	w := h.watch(internalversion.ListOptions{FieldSelector: fields.OneTermEqualSelector("metadata.name", "b")})
	if got := events(t, w, 1); got[0] != "ADDED:b" {
		t.Errorf("told %v, want b alone", got)
	}
	record, err := h.Get(t.Context(), stateKey("b"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Delete(t.Context(), ada(), stateKey("a"), manager.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Delete(t.Context(), ada(), stateKey("b"), manager.DeleteOptions{UID: string(record.UID)}); err != nil {
		t.Fatal(err)
	}
	for {
		switch got := events(t, w, 1); got[0] {
		case "MODIFIED:b":
		case "DELETED:b":
			return
		default:
			t.Fatalf("told %v, want the deletion of b", got)
		}
	}
}

func TestVersionZeroWaitsForTheFirstRead(t *testing.T) {
	t.Parallel()
	first := open(t)
	first.many(2)
	second := build(t, first)
	zero := internalversion.ListOptions{ResourceVersion: "0"}
	type answer struct {
		list *v1alpha1.ChartDeploymentList
		err  error
	}
	answers := make(chan answer)
	go func() {
		list, err := second.List(t.Context(), "shop", &zero)
		answers <- answer{list, err}
	}()
	second.run()
	if got := <-answers; got.err != nil || names(got.list) != "ab" {
		t.Errorf("listed %v (%v), want what there is", got.list, got.err)
	}
	third := build(t, first) // never runs
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := third.List(ctx, "shop", &zero)
	wantReason(t, err, v1alpha1.ReasonUnavailable, "not read yet")
}
