package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/tools/cache"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/internal/clustertest"
)

func resource() schema.GroupVersionResource {
	return v1alpha1.GroupVersion().WithResource(v1alpha1.ChartDeployments)
}

// TestInformers follows deployments as controllers do, whole and by metadata
// alone, with the defaults of client-go: a watch that sends the initial state.
func TestInformers(t *testing.T) {
	t.Parallel()
	cluster := clustertest.Start(t)
	namespace := cluster.Namespace(t)
	editor := cluster.Editor(t, namespace)
	whole, err := dynamic.NewForConfig(editor.Config)
	if err != nil {
		t.Fatal(err)
	}
	partial, err := metadata.NewForConfig(editor.Config)
	if err != nil {
		t.Fatal(err)
	}
	informers := map[string]cache.SharedIndexInformer{
		"whole": dynamicinformer.NewFilteredDynamicSharedInformerFactory(whole, 0, namespace, nil).
			ForResource(resource()).Informer(),
		"metadata": metadatainformer.NewFilteredSharedInformerFactory(partial, 0, namespace, nil).
			ForResource(resource()).Informer(),
	}
	for name, informer := range informers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := connect(t, editor.Config)
			chart := upload(t, c, noteChart)
			before, after := strings.ToLower(name)+"-before", strings.ToLower(name)+"-after"
			deploy(t, c, namespace, before, chart)
			seen := follow(t, informer)
			if _, exists, err := informer.GetStore().GetByKey(namespace + "/" + before); !exists || err != nil {
				t.Errorf("%q is not in the store after the sync: %v", before, err)
			}
			deploy(t, c, namespace, after, chart)
			expect(t, seen, "added "+after)
			expect(t, seen, "updated "+after)
			if _, err := c.Deployments(namespace).Delete(t.Context(), after, metav1.DeleteOptions{}); err != nil {
				t.Fatal(err)
			}
			expect(t, seen, "deleted "+after)
		})
	}
}

// follow runs the informer until it has the initial state, and tells of events
// from then on.
func follow(t *testing.T, informer cache.SharedIndexInformer) <-chan string {
	t.Helper()
	seen := make(chan string, 1000)
	tell := func(what string, object any) {
		if gone, ok := object.(cache.DeletedFinalStateUnknown); ok {
			object = gone.Obj
		}
		found, err := meta.Accessor(object)
		if err != nil {
			what = err.Error()
		}
		seen <- what + " " + found.GetName()
	}
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { tell("added", object) },
		UpdateFunc: func(_, object any) { tell("updated", object) },
		DeleteFunc: func(object any) { tell("deleted", object) },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx := deadline(t)
	go informer.RunWithContext(ctx)
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		t.Fatal("the informer never synced")
	}
	return seen
}

// expect waits for an event and passes over others.
func expect(t *testing.T, seen <-chan string, want string) {
	t.Helper()
	limit := time.After(time.Minute)
	var others []string
	for {
		select {
		case got := <-seen:
			if got == want {
				return
			}
			others = append(others, got)
		case <-limit:
			t.Fatalf("never saw %q, only %q", want, others)
		}
	}
}

// TestNameSelector lists and watches a single deployment.
func TestNameSelector(t *testing.T) {
	t.Parallel()
	cluster := clustertest.Start(t)
	namespace := cluster.Namespace(t)
	c := connect(t, cluster.Editor(t, namespace).Config)
	chart := upload(t, c, noteChart)
	deploy(t, c, namespace, "mine", chart)
	deploy(t, c, namespace, "other", chart)
	only := metav1.ListOptions{FieldSelector: "metadata.name=mine"}
	list, err := c.Deployments(namespace).List(deadline(t), only)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"mine"}, names(list)); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	only.ResourceVersion = list.ResourceVersion
	watching, err := c.Deployments(namespace).Watch(deadline(t), only)
	if err != nil {
		t.Fatal(err)
	}
	defer watching.Stop()
	for _, name := range []string{"other", "mine"} {
		if _, err := c.Deployments(namespace).Delete(deadline(t), name, metav1.DeleteOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	for event := range watching.ResultChan() {
		d, ok := event.Object.(*v1alpha1.ChartDeployment)
		if !ok || d.Name != "mine" {
			t.Fatalf("saw %s of %v", event.Type, event.Object)
		}
		if event.Type == "DELETED" {
			return
		}
	}
	t.Error("the watch ended before the deployment was deleted")
}

// TestUnknownField refuses a selector that it does not know instead of finding
// everything.
func TestUnknownField(t *testing.T) {
	t.Parallel()
	cluster := clustertest.Start(t)
	namespace := cluster.Namespace(t)
	c := connect(t, cluster.Editor(t, namespace).Config)
	_, err := c.Deployments(namespace).List(deadline(t), metav1.ListOptions{FieldSelector: "spec.nonsense=1"})
	if !apierrors.IsBadRequest(err) {
		t.Errorf("error %v, want a bad request", err)
	}
}

// TestPages reads the pages of one list from replicas in turn.
func TestPages(t *testing.T) {
	t.Parallel()
	cluster := clustertest.Start(t)
	namespace := cluster.Namespace(t)
	editor := cluster.Editor(t, namespace)
	c := connect(t, editor.Config)
	chart := upload(t, c, noteChart)
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		deploy(t, c, namespace, name, chart)
	}
	doors := []dynamic.ResourceInterface{}
	for range 2 {
		r := startReplica(t, cluster)
		at, err := dynamic.NewForConfig(proxyConfig(cluster, r.address, editor.Name, "system:authenticated"))
		if err != nil {
			t.Fatal(err)
		}
		doors = append(doors, at.Resource(resource()).Namespace(namespace))
	}
	var got []string
	versions := map[string]bool{}
	options := metav1.ListOptions{Limit: 2}
	for i := 0; ; i++ {
		page, err := doors[i%2].List(deadline(t), options)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			got = append(got, item.GetName())
		}
		versions[page.GetResourceVersion()] = true
		if i == 0 { // what comes later is not on the pages that are left
			deploy(t, c, namespace, "bb", chart)
		}
		if options.Continue = page.GetContinue(); options.Continue == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"a", "b", "c", "d", "e"}, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if len(versions) != 1 {
		t.Errorf("the pages are of the versions %v, not of one", versions)
	}
}

// TestReadsOwnWrites asks one replica for what another has just accepted.
func TestReadsOwnWrites(t *testing.T) {
	t.Parallel()
	cluster := clustertest.Start(t)
	namespace := cluster.Namespace(t)
	editor := cluster.Editor(t, namespace)
	first := dial(t, cluster, startReplica(t, cluster).address, editor.Name)
	second := dial(t, cluster, startReplica(t, cluster).address, editor.Name)
	chart := upload(t, first, noteChart)
	for _, name := range []string{"a", "b", "c"} {
		accepted, err := first.Deployments(namespace).Create(deadline(t), wanted(namespace, name, chart))
		if err != nil {
			t.Fatal(err)
		}
		list, err := second.Deployments(namespace).List(deadline(t), metav1.ListOptions{ResourceVersion: accepted.ResourceVersion})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(names(list), " "), name) {
			t.Errorf("%q is not among %v", name, names(list))
		}
		finish(t, second, accepted)
	}
}

func names(list *v1alpha1.ChartDeploymentList) []string {
	var out []string
	for i := range list.Items {
		out = append(out, list.Items[i].Name)
	}
	return out
}
