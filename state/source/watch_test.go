package source_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/helm-dm/helm-dm/state/source"
)

// patience is how long a test waits for what must happen.
const patience = 30 * time.Second

// metaView and credentialView are what the tests make of what a watch tells.
func metaView(m source.Meta) *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: m.Name, ResourceVersion: m.ResourceVersion}}
}

func repositoryView(r *source.Repository) runtime.Object { return metaView(r.Meta) }

func credentialView(c *source.Credential) runtime.Object {
	seen := metaView(c.Meta)
	seen.Labels = map[string]string{"used-by": strings.Join(c.UsedBy, ","), "origin": c.Origin, "all": fmt.Sprintf("%+v", c)}
	return seen
}

func everything() *internalversion.ListOptions { return &internalversion.ListOptions{} }

// next is the next event that is no ordinary bookmark.
func next(t *testing.T, w watch.Interface) (watch.Event, metav1.Object) {
	t.Helper()
	deadline, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		select {
		case e, open := <-w.ResultChan():
			if !open {
				t.Fatal("the watch ended")
			}
			object, err := meta.Accessor(e.Object)
			if err != nil {
				t.Fatalf("event %s of %+v", e.Type, e.Object)
			}
			if e.Type != watch.Bookmark || len(object.GetAnnotations()) > 0 {
				return e, object
			}
		case <-deadline.Done():
			t.Fatal("no event")
		}
	}
}

// expect reads events, written as TYPE NAME.
func expect(t *testing.T, w watch.Interface, want ...string) {
	t.Helper()
	var got []string
	for range want {
		e, object := next(t, w)
		got = append(got, strings.TrimSpace(string(e.Type)+" "+object.GetName()))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func selected(t *testing.T, b books) {
	for _, name := range []string{"c", "a", "b"} {
		b.add(t, name, shop+"/"+name, "")
		b.credential(t, name)
	}
	for name, c := range map[string]struct {
		options internalversion.ListOptions
		want    []string
	}{
		"all":      {internalversion.ListOptions{}, []string{"a", "b", "c"}},
		"by name":  {internalversion.ListOptions{FieldSelector: fields.OneTermEqualSelector("metadata.name", "b")}, []string{"b"}},
		"by label": {internalversion.ListOptions{LabelSelector: labels.SelectorFromSet(labels.Set{"team": "c"})}, []string{"c"}},
		"nothing":  {internalversion.ListOptions{LabelSelector: labels.SelectorFromSet(labels.Set{"team": "d"})}, nil},
		"paged":    {internalversion.ListOptions{Limit: 2}, []string{"a", "b", "c"}},
	} {
		var repositories, credentials []string
		options := c.options
		for {
			page, err := b.List(t.Context(), &options)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Items {
				repositories = append(repositories, r.Name)
			}
			if options.Continue = page.Continue; options.Continue == "" {
				break
			}
		}
		options = c.options
		for {
			page, err := b.credentials.List(t.Context(), &options)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page.Items {
				credentials = append(credentials, c.Name)
				if text := fmt.Sprintf("%+v", c); strings.Contains(text, hidden) {
					t.Errorf("listed with its secret: %s", text)
				}
			}
			if options.Continue = page.Continue; options.Continue == "" {
				break
			}
		}
		if diff := cmp.Diff(c.want, repositories); diff != "" {
			t.Errorf("%s: repositories (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(c.want, credentials); diff != "" {
			t.Errorf("%s: credentials (-want +got):\n%s", name, diff)
		}
	}
}

func watched(t *testing.T, b books) {
	b.credential(t, "key")
	b.add(t, "a", shop, "key")
	initial := true
	w, err := b.Watch(t.Context(), &internalversion.ListOptions{
		SendInitialEvents: &initial, AllowWatchBookmarks: true, ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan,
	}, repositoryView)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	expect(t, w, "ADDED a")
	e, mark := next(t, w)
	if e.Type != watch.Bookmark || mark.GetAnnotations()[metav1.InitialEventsAnnotationKey] != "true" || mark.GetResourceVersion() == "" {
		t.Errorf("after the state: %s of %+v, want the bookmark that says so", e.Type, mark)
	}
	b.add(t, "b", shop+"/b", "key") // seen once, and not as a draft
	b.add(t, "c", shop+"/c", "")
	if err := b.Delete(t.Context(), "b", nil); err != nil {
		t.Fatal(err)
	}
	expect(t, w, "ADDED b", "ADDED c", "DELETED b")
	w.Stop()
	for range w.ResultChan() {
	}
}

func resumed(t *testing.T, b books) {
	b.add(t, "a", shop, "")
	page, err := b.List(t.Context(), everything())
	if err != nil {
		t.Fatal(err)
	}
	b.add(t, "b", shop+"/b", "")
	b.add(t, "c", shop+"/c", "")
	w, err := b.Watch(t.Context(), &internalversion.ListOptions{ResourceVersion: page.ResourceVersion}, repositoryView)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	expect(t, w, "ADDED b", "ADDED c")
	only, err := b.Watch(t.Context(), &internalversion.ListOptions{
		ResourceVersion: page.ResourceVersion, FieldSelector: fields.OneTermEqualSelector("metadata.name", "c"),
	}, repositoryView)
	if err != nil {
		t.Fatal(err)
	}
	defer only.Stop()
	expect(t, only, "ADDED c")
	if err := b.Delete(t.Context(), "b", nil); err != nil {
		t.Fatal(err)
	}
	if err := b.Delete(t.Context(), "c", nil); err != nil {
		t.Fatal(err)
	}
	expect(t, w, "DELETED b", "DELETED c")
	expect(t, only, "DELETED c")
	quiet := false
	future, err := b.Watch(t.Context(), &internalversion.ListOptions{SendInitialEvents: &quiet}, repositoryView)
	if err != nil {
		t.Fatal(err)
	}
	defer future.Stop()
	b.add(t, "d", shop+"/d", "")
	expect(t, future, "ADDED d")
}

func watchedUse(t *testing.T, b books) {
	b.credential(t, "key")
	w, err := b.credentials.Watch(t.Context(), everything(), credentialView)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	expect(t, w, "ADDED key")
	b.add(t, "a", shop, "key")
	e, seen := next(t, w)
	if e.Type != watch.Modified || seen.GetLabels()["origin"] != "https://shop.example" {
		t.Errorf("when it was bound: %s of %+v", e.Type, seen)
	}
	if err := b.Delete(t.Context(), "a", nil); err != nil {
		t.Fatal(err)
	}
	if err := b.credentials.Delete(t.Context(), "key", nil); err != nil {
		t.Fatal(err)
	}
	e, gone := next(t, w)
	if e.Type != watch.Deleted || gone.GetResourceVersion() == seen.GetResourceVersion() {
		t.Errorf("when it was removed: %s at version %s", e.Type, gone.GetResourceVersion())
	}
	for _, object := range []metav1.Object{seen, gone} {
		if strings.Contains(object.GetLabels()["all"], hidden) {
			t.Errorf("told with its secret: %s", object.GetLabels()["all"])
		}
	}
	later, err := b.credentials.Watch(t.Context(), everything(), credentialView)
	if err != nil {
		t.Fatal(err)
	}
	defer later.Stop()
	b.credential(t, "new")
	b.add(t, "a", shop, "")
	expect(t, later, "ADDED new")
}

func followed(t *testing.T, b books) {
	b.credential(t, "key")
	b.add(t, "b", shop+"/b", "")
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	told := make(chan []string, 100)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.Follow(ctx, func(all []*source.Repository) {
			var names []string
			for _, r := range all {
				names = append(names, r.Name)
			}
			told <- names
		})
	}()
	until := func(want ...string) {
		t.Helper()
		for {
			select {
			case got := <-told:
				if slices.Equal(got, want) {
					return
				}
				if len(got) > len(want)+1 {
					t.Errorf("told of %v on the way to %v", got, want)
				}
			case <-ctx.Done():
				t.Fatalf("never told of %v", want)
			}
		}
	}
	until("b")
	b.add(t, "a", shop, "key")
	until("a", "b")
	if err := b.Delete(t.Context(), "b", nil); err != nil {
		t.Fatal(err)
	}
	until("a")
	stop()
	<-ended
}
