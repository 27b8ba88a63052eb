package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Phase is where a deployment is in its life.
type Phase string

// The phases.
const (
	PhaseDeploying Phase = "Deploying"
	PhaseDeployed  Phase = "Deployed"
	PhaseFailed    Phase = "Failed"
	PhaseDeleting  Phase = "Deleting"
)

// Types of a deployment's conditions.
const (
	// ConditionReady is true while the last revision is applied and healthy.
	ConditionReady = "Ready"
	// ConditionProgressing is true while an operation runs.
	ConditionProgressing = "Progressing"
)

// ChartDeploymentStatus is what the manager found and did.
type ChartDeploymentStatus struct {
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	Phase              Phase `json:"phase,omitempty"`
	// +listType=map
	// +listMapKey=type
	Conditions []metav1.Condition `json:"conditions,omitempty"`
	// Revision is the number of the newest revision, from 1.
	Revision int64 `json:"revision,omitempty"`
	// Chart is the exact chart of that revision.
	Chart ChartStatus `json:"chart,omitempty"`
	// ParametersDigest is sha256:HEX over the parameters that were given and a
	// salt: equal digests of one deployment mean equal parameters.
	ParametersDigest string `json:"parametersDigest,omitempty"`
	Health           Health `json:"health,omitempty"`
	// Addresses are where the deployment can be reached, as HOST[:PORT] or URL.
	//
	// +listType=atomic
	Addresses []string `json:"addresses,omitempty"`
	// Notes is the chart's rendered NOTES.txt.
	Notes string `json:"notes,omitempty"`
	// +listType=atomic
	Objects []ObjectStatus `json:"objects,omitempty"`
	// Operation is the running operation, or the last one.
	Operation *OperationStatus `json:"operation,omitempty"`
}

// ChartStatus names one exact chart package.
type ChartStatus struct {
	// Reference is the reference it was found by, with its version.
	Reference  string `json:"reference,omitempty"`
	Name       string `json:"name,omitempty"`
	Version    string `json:"version,omitempty"`
	AppVersion string `json:"appVersion,omitempty"`
	// Digest is sha256:HEX over the package's bytes.
	Digest string `json:"digest,omitempty"`
}

// Health says how an object or a deployment does.
type Health string

// The values of Health.
const (
	HealthUnknown    Health = "Unknown"
	HealthInProgress Health = "InProgress"
	HealthHealthy    Health = "Healthy"
	HealthUnhealthy  Health = "Unhealthy"
)

// Action is what a plan does, or an operation did, to an object: the one
// vocabulary of the engine, the API and the terminal.
type Action string

// The actions.
const (
	ActionCreated    Action = "created"
	ActionConfigured Action = "configured"
	ActionUnchanged  Action = "unchanged"
	ActionDeleted    Action = "deleted"
	ActionSkipped    Action = "skipped"
	ActionConflict   Action = "conflict"
)

// ObjectStatus is one object of a deployment.
type ObjectStatus struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
	Action     Action `json:"action,omitempty"`
	Health     Health `json:"health,omitempty"`
	// Message says why the object is not healthy, or was not changed.
	Message string `json:"message,omitempty"`
	// Since is when action or health last changed.
	Since metav1.MicroTime `json:"since,omitempty"`
}

// OperationType is what an operation does.
type OperationType string

// The types of operations.
const (
	OperationDeploy   OperationType = "Deploy"
	OperationRedeploy OperationType = "Redeploy"
	OperationRollback OperationType = "Rollback"
	OperationDelete   OperationType = "Delete"
)

// Step is how far an operation has come.
type Step string

// The steps of an operation, in their order.
const (
	StepAccepted  Step = "Accepted"
	StepFetching  Step = "Fetching"
	StepRendering Step = "Rendering"
	StepPlanning  Step = "Planning"
	StepApplying  Step = "Applying"
	StepWaiting   Step = "Waiting"
	StepDeleting  Step = "Deleting"
	StepDone      Step = "Done"
	StepFailed    Step = "Failed"
)

// OperationStatus is the running or the last operation of a deployment.
type OperationStatus struct {
	ID   string        `json:"id"`
	Type OperationType `json:"type"`
	Step Step          `json:"step"`
	// User is who asked for it, as authenticated by the API server.
	User string `json:"user"`
	// Message is the caller's words for why.
	Message string `json:"message,omitempty"`
	// Started and Finished bound it in time; Finished is absent while it runs.
	Started  metav1.MicroTime  `json:"started"`
	Finished *metav1.MicroTime `json:"finished,omitempty"`
	// Reason and Failure say why it failed; both are empty otherwise.
	Reason  Reason `json:"reason,omitempty"`
	Failure string `json:"failure,omitempty"`
	// +listType=atomic
	Steps []StepStatus `json:"steps,omitempty"`
}

// StepStatus is a step that was entered, and when.
type StepStatus struct {
	Step Step             `json:"step"`
	At   metav1.MicroTime `json:"at"`
}
