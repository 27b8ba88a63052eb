package operation

import (
	"context"
	"time"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/apply"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/state"
)

func refs(r *state.Record) []kube.Ref {
	list := make([]kube.Ref, 0, len(r.Objects))
	for _, o := range r.Objects {
		list = append(list, refOf(o))
	}
	return list
}

// delete removes what the deployment made, its revisions, and its record.
func (t *task) delete(ctx context.Context) error {
	if t.resumed { // the rights may be gone since they were asked for
		if err := t.MayRemove(ctx, t.record.Operation.Caller, t.record); err != nil {
			return err
		}
	}
	t.step(v1alpha1.StepDeleting)
	t.record.Operation.Wrote = true
	if err := t.flush(ctx); err != nil {
		return err
	}
	if err := t.remove(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	for _, revision := range t.record.Revisions {
		if err := t.Books.Releases.Delete(ctx, t.record.Key, revision.Number, revision.Digests); err != nil {
			return err
		}
	}
	if err := t.finish(ctx); err != nil {
		return err
	}
	return t.Books.Records.Delete(ctx, t.record)
}

// remove asks the objects to go and waits until they are gone.
func (t *task) remove(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	leave, err := t.place(ctx)
	if err != nil {
		return err
	}
	defer leave()
	at := t.located()
	going, err := apply.Remove(ctx, t.cluster, t.owner(), refs(t.record), func(r apply.Result) {
		o := &t.record.Objects[at[r.Ref]]
		o.Action, o.Message, o.Health, o.Since = string(r.Action), r.Message, "", time.Now().UTC()
		if r.Err != nil {
			o.Message = short(failure.Sentence(r.Err), maxMessage)
		}
		t.dirty = true
		t.orCancel(ctx, cancel)
	})
	if err != nil {
		return firstCause(ctx, err)
	}
	if len(going) > 0 {
		if err := t.flush(ctx); err != nil {
			return err
		}
	}
	leave()
	return going.Gone(ctx, t.cluster)
}
