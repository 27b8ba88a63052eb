package manager

import (
	"cmp"
	"maps"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/state"
)

// view is the record as callers see it: everything but the parameters.
func view(r *state.Record) *v1alpha1.ChartDeployment {
	cd := &v1alpha1.ChartDeployment{
		ObjectMeta: metav1.ObjectMeta{
			Namespace:         r.Namespace,
			Name:              r.Name,
			UID:               types.UID(r.UID),
			ResourceVersion:   r.ResourceVersion,
			Generation:        r.Generation,
			CreationTimestamp: metav1.NewTime(r.Created),
			Labels:            maps.Clone(r.Labels),
			Annotations:       maps.Clone(r.Annotations),
			OwnerReferences:   r.Owners,
			Finalizers:        []string{v1alpha1.FinalizerDeployment},
		},
		Spec: v1alpha1.ChartDeploymentSpec{
			Chart: r.Chart,
			Options: v1alpha1.DeploymentOptions{
				HistoryLimit:      r.Options.HistoryLimit,
				RollbackOnFailure: r.Options.RollbackOnFailure,
				CreateNamespace:   r.Options.CreateNamespace,
				Timeout:           metav1.Duration{Duration: r.Options.Timeout},
			},
		},
		Status: status(r),
	}
	if r.Deleting != nil {
		at := metav1.NewTime(*r.Deleting)
		cd.DeletionTimestamp = &at
	}
	return cd
}

func status(r *state.Record) v1alpha1.ChartDeploymentStatus {
	s := v1alpha1.ChartDeploymentStatus{
		ObservedGeneration: r.Generation,
		Phase:              phase(r),
		Health:             health(r),
		ParametersDigest:   r.ParametersDigest,
		Addresses:          r.Addresses,
		Notes:              r.Notes,
		Operation:          operationStatus(&r.Operation),
		Conditions:         conditions(r),
	}
	if newest := r.Revision(); newest != nil {
		s.Revision = int64(newest.Number)
		s.Chart = v1alpha1.ChartStatus(newest.Chart)
	}
	for _, o := range r.Objects {
		s.Objects = append(s.Objects, objectStatus(o))
	}
	return s
}

func objectStatus(o state.Object) v1alpha1.ObjectStatus {
	return v1alpha1.ObjectStatus{
		APIVersion: o.APIVersion, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name,
		Action: v1alpha1.Action(o.Action), Health: v1alpha1.Health(o.Health), Message: o.Message,
		Since: metav1.NewMicroTime(o.Since),
	}
}

func operationStatus(o *state.Operation) *v1alpha1.OperationStatus {
	s := &v1alpha1.OperationStatus{
		ID: o.ID, Type: v1alpha1.OperationType(o.Type), Step: v1alpha1.Step(o.Step),
		User: o.Caller.User, Message: o.Message, Started: metav1.NewMicroTime(o.Started),
		Reason: v1alpha1.Reason(o.Reason), Failure: o.Failure,
	}
	if !o.Finished.IsZero() {
		at := metav1.NewMicroTime(o.Finished)
		s.Finished = &at
	}
	for _, step := range o.Steps {
		s.Steps = append(s.Steps, v1alpha1.StepStatus{Step: v1alpha1.Step(step.Step), At: metav1.NewMicroTime(step.At)})
	}
	return s
}

func phase(r *state.Record) v1alpha1.Phase {
	switch o := &r.Operation; {
	case o.Reason != "":
		return v1alpha1.PhaseFailed
	case r.Deleting != nil:
		return v1alpha1.PhaseDeleting
	case o.Running():
		return v1alpha1.PhaseDeploying
	}
	return v1alpha1.PhaseDeployed
}

// health is the worst of the objects' health.
func health(r *state.Record) v1alpha1.Health {
	worst := v1alpha1.HealthHealthy
	for _, o := range r.Objects {
		switch h := v1alpha1.Health(cmp.Or(o.Health, string(v1alpha1.HealthUnknown))); {
		case h == v1alpha1.HealthUnhealthy:
			return h
		case h == v1alpha1.HealthInProgress:
			worst = h
		case h == v1alpha1.HealthUnknown && worst == v1alpha1.HealthHealthy:
			worst = h
		}
	}
	if len(r.Revisions) == 0 {
		return v1alpha1.HealthUnknown
	}
	return worst
}

func conditions(r *state.Record) []metav1.Condition {
	o := &r.Operation
	ready := metav1.Condition{Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse}
	progressing := metav1.Condition{Type: v1alpha1.ConditionProgressing, Status: metav1.ConditionFalse}
	since := o.Finished
	switch {
	case o.Running():
		since = o.Started
		ready.Reason, ready.Message = string(v1alpha1.ReasonInProgress), o.Type+" is in step "+o.Step
		progressing.Status, progressing.Reason, progressing.Message = metav1.ConditionTrue, string(v1alpha1.ReasonInProgress), ready.Message
	case o.Reason != "":
		ready.Reason, ready.Message = o.Reason, o.Failure
		progressing.Reason = string(v1alpha1.ReasonFailed)
	default:
		ready.Status, ready.Reason = metav1.ConditionTrue, string(v1alpha1.ReasonHealthy)
		progressing.Reason = string(v1alpha1.ReasonCompleted)
	}
	if r.Deleting != nil {
		ready.Status, ready.Reason = metav1.ConditionFalse, string(v1alpha1.ReasonDeleting)
	}
	list := []metav1.Condition{ready, progressing}
	for i := range list {
		list[i].LastTransitionTime = metav1.NewTime(since.Truncate(time.Second))
		list[i].ObservedGeneration = r.Generation
	}
	return list
}
