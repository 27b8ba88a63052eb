package manager_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager"
	"github.com/helm-dm/helm-dm/state"
)

func blue() state.Key { return state.Key{Namespace: "shop", Name: "blue"} }

func configMap(name string) kube.Ref {
	return kube.Ref{GroupVersionKind: schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}, Namespace: "shop", Name: name}
}

func (h *house) destroy() *v1alpha1.ChartDeployment {
	h.t.Helper()
	accepted, gone, err := h.Delete(h.t.Context(), ada(), blue(), manager.DeleteOptions{})
	if err != nil || gone {
		h.t.Fatalf("delete: gone %t, %v", gone, err)
	}
	if accepted.DeletionTimestamp == nil || len(accepted.Finalizers) != 1 {
		h.t.Errorf("an accepted deletion shows %v, %v", accepted.DeletionTimestamp, accepted.Finalizers)
	}
	return h.ended(accepted)
}

func TestDelete(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart))))
	done := h.destroy()
	if o := done.Status.Operation; o.Step != v1alpha1.StepDone {
		t.Errorf("ended in step %s: %s", o.Step, o.Failure)
	}
	h.until(done, func(*v1alpha1.ChartDeployment) bool { return false })
	if names := h.cluster.Names(); len(names) != 0 {
		t.Errorf("left %v", names)
	}
	if got := h.books(); got != "package upload" {
		t.Errorf("books are %q", got)
	}
	_, err := h.Get(t.Context(), blue())
	wantReason(t, err, v1alpha1.ReasonNotFound, "does not exist")
}

func TestDeleteTouchesOnlyItsOwn(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart))))
	h.cluster.Change(configMap("blue"), func(o *unstructured.Unstructured) {
		o.SetAnnotations(map[string]string{"meta.helm.sh/release-name": "green", "meta.helm.sh/release-namespace": "shop"})
	})
	secret := configMap("blue")
	secret.Kind = "Secret"
	h.cluster.Change(secret, func(o *unstructured.Unstructured) {
		annotations := o.GetAnnotations()
		annotations["helm.sh/resource-policy"] = "keep"
		o.SetAnnotations(annotations)
	})
	done := h.destroy()
	if diff := cmp.Diff([]string{"ConfigMap/blue", "Secret/blue"}, h.cluster.Names()); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	said := map[string]string{}
	for _, o := range done.Status.Objects {
		said[o.Kind] = string(o.Action) + ": " + o.Message
	}
	want := map[string]string{
		"ConfigMap": `skipped: it belongs to release "green" in namespace "shop"`,
		"Secret":    "skipped: kept by its resource policy",
		"Service":   "deleted: ",
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
}

func TestDeleteWithoutRightsIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	before := h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart))))
	h.deny(kube.Permission{Verb: "delete", Resource: "secrets", Namespace: "shop"})
	_, _, err := h.Delete(t.Context(), ada(), blue(), manager.DeleteOptions{})
	wantReason(t, err, v1alpha1.ReasonForbidden, `may not delete secrets "blue" in namespace "shop"`)
	_, _, err = h.Delete(t.Context(), ada(), blue(), manager.DeleteOptions{DryRun: true})
	wantReason(t, err, v1alpha1.ReasonForbidden, `may not delete secrets "blue" in namespace "shop"`)
	after, err := h.Get(t.Context(), blue())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("a refused deletion changed the deployment:\n%s", diff)
	}
}

func TestFailedDeleteCanBeRepeated(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart))))
	broken := true
	h.cluster.Before = func(verb string, object *unstructured.Unstructured) error {
		if broken && verb == "delete" && object.GetKind() == "Secret" {
			return errors.New("the webhook says no")
		}
		return nil
	}
	failed := h.destroy()
	if o := failed.Status.Operation; o.Step != v1alpha1.StepFailed || !strings.Contains(o.Failure, "the webhook says no") {
		t.Errorf("ended in step %s: %s", o.Step, o.Failure)
	}
	broken = false
	if o := h.destroy().Status.Operation; o.Step != v1alpha1.StepDone {
		t.Errorf("the second ended in step %s: %s", o.Step, o.Failure)
	}
}

func TestNamespaceGoing(t *testing.T) {
	t.Parallel()
	for name, go_ := range map[string]func(*house) (kube.Identity, error){
		"the namespace controller asks": func(*house) (kube.Identity, error) {
			return kube.Identity{User: "system:serviceaccount:kube-system:namespace-controller"}, nil
		},
		"the garbage collector asks": func(*house) (kube.Identity, error) {
			return kube.Identity{User: "system:serviceaccount:kube-system:generic-garbage-collector"}, nil
		},
		"the namespace is terminating": func(h *house) (kube.Identity, error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.gone["shop"] = true
			return ada(), nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart))))
			objects := h.cluster.Names()
			id, err := go_(h)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.DeleteAll(t.Context(), id, "shop", &internalversion.ListOptions{}, false); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(objects, h.cluster.Names()); diff != "" {
				t.Errorf("objects were touched:\n%s", diff)
			}
			_, err = h.Get(t.Context(), blue())
			wantReason(t, err, v1alpha1.ReasonNotFound, "does not exist")
		})
	}
}

func TestDeletePreconditions(t *testing.T) {
	t.Parallel()
	h := open(t)
	cd := h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart))))
	for _, o := range []manager.DeleteOptions{{UID: "another"}, {ResourceVersion: "1"}} {
		_, _, err := h.Delete(t.Context(), ada(), blue(), o)
		wantReason(t, err, v1alpha1.ReasonConflict, "has changed")
	}
	if _, _, err := h.Delete(t.Context(), ada(), blue(), manager.DeleteOptions{UID: string(cd.UID), DryRun: true}); err != nil {
		t.Error(err)
	}
	if _, err := h.Get(t.Context(), blue()); err != nil {
		t.Errorf("a dry run deleted: %v", err)
	}
}

func TestBusyDeploymentIsHeld(t *testing.T) {
	t.Parallel()
	h := open(t)
	entered, leave := make(chan struct{}), make(chan struct{})
	h.cluster.Before = func(_ string, object *unstructured.Unstructured) error {
		if object.GetKind() == "Secret" {
			close(entered)
			<-leave
		}
		return nil
	}
	accepted, err := h.Deploy(t.Context(), ada(), wanted("blue", h.upload(ada(), pack(t, webChart))), false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	select {
	case <-entered:
	case <-ctx.Done():
		t.Fatal("nothing was applied")
	}
	_, _, err = h.Delete(t.Context(), ada(), blue(), manager.DeleteOptions{})
	held := `is held by operation ` + accepted.Status.Operation.ID + ` (Deploy by "ada", in step Applying`
	wantReason(t, err, v1alpha1.ReasonConflict, held)
	_, _, err = h.Delete(t.Context(), ada(), blue(), manager.DeleteOptions{DryRun: true})
	wantReason(t, err, v1alpha1.ReasonConflict, held)
	close(leave)
	if o := h.ended(accepted).Status.Operation; o.Step != v1alpha1.StepDone {
		t.Errorf("the deploy ended in step %s: %s", o.Step, o.Failure)
	}
}

func TestDeleteOrphansNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart))))
	_, _, err := h.Delete(t.Context(), ada(), blue(), manager.DeleteOptions{Orphan: true})
	wantReason(t, err, v1alpha1.ReasonInvalid, "Orphan is not possible")
	if cd, err := h.Get(t.Context(), blue()); err != nil || cd.DeletionTimestamp != nil {
		t.Errorf("a refused deletion shows %v (%v)", cd.GetDeletionTimestamp(), err)
	}
}

func TestDeletesAtOnceAreOne(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart))))
	leave := make(chan struct{})
	h.cluster.Before = func(verb string, _ *unstructured.Unstructured) error {
		if verb == "delete" {
			<-leave
		}
		return nil
	}
	answers := make([]*v1alpha1.ChartDeployment, 8)
	var g errgroup.Group
	for i := range answers {
		g.Go(func() error {
			cd, gone, err := h.Delete(t.Context(), ada(), blue(), manager.DeleteOptions{})
			if err == nil && (gone || cd.DeletionTimestamp == nil) {
				err = fmt.Errorf("gone %t, deletion %v", gone, cd.DeletionTimestamp)
			}
			answers[i] = cd
			return err
		})
	}
	err := g.Wait()
	close(leave)
	if err != nil {
		t.Fatal(err)
	}
	for _, cd := range answers {
		if cd.Status.Operation.ID != answers[0].Status.Operation.ID {
			t.Errorf("operations %s and %s delete", cd.Status.Operation.ID, answers[0].Status.Operation.ID)
		}
	}
	if o := h.ended(answers[0]).Status.Operation; o.Step != v1alpha1.StepDone {
		t.Errorf("ended in step %s: %s", o.Step, o.Failure)
	}
}

func TestDeleteOfWhatChangesMeanwhile(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart))))
	asked, changed := h.Namespace, false
	h.Namespace = func(ctx context.Context, name string) (exists, terminating bool, err error) {
		if !changed {
			changed = true
			_, err = h.Update(ctx, ada(), blue(), edit(func(cd *v1alpha1.ChartDeployment) { cd.Labels = map[string]string{"team": "a"} }), false)
			if err != nil {
				return false, false, err
			}
		}
		return asked(ctx, name)
	}
	if done := h.destroy(); done.Status.Operation.Step != v1alpha1.StepDone || done.Labels["team"] != "a" {
		t.Errorf("ended in step %s with labels %v", done.Status.Operation.Step, done.Labels)
	}
}
