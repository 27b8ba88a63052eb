package state

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/chart/values"
	"github.com/helm-dm/helm-dm/kube"
)

// Key names a deployment.
type Key struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// String is NAMESPACE/NAME.
func (k Key) String() string { return k.Namespace + "/" + k.Name }

// Record is the truth about one deployment. It lies where only the manager can
// write, so what it says of who, what and when can be trusted. Records handed
// out by a Feed are shared and must not be changed.
type Record struct {
	Key
	// UID, ResourceVersion and Created are those of the Secret that holds the
	// record; the record's JSON leaves them out.
	UID             string    `json:"-"`
	ResourceVersion string    `json:"-"`
	Created         time.Time `json:"-"`

	Generation  int64                   `json:"generation"`
	Labels      map[string]string       `json:"labels,omitempty"`
	Annotations map[string]string       `json:"annotations,omitempty"`
	Owners      []metav1.OwnerReference `json:"owners,omitempty"`
	Deleting    *time.Time              `json:"deleting,omitempty"`

	Chart            string          `json:"chart"`
	Parameters       []values.Source `json:"-"` // stored beside the rest, absent in a Feed
	ParametersDigest string          `json:"parametersDigest"`
	Salt             string          `json:"salt"` // of that digest
	Options          Options         `json:"options"`

	Revisions []Revision `json:"revisions,omitempty"` // oldest first
	Objects   []Object   `json:"objects,omitempty"`
	Addresses []string   `json:"addresses,omitempty"`
	Notes     string     `json:"notes,omitempty"`
	Operation Operation  `json:"operation"`
}

// Options are those that last.
type Options struct {
	HistoryLimit      int32         `json:"historyLimit,omitempty"`
	RollbackOnFailure bool          `json:"rollbackOnFailure,omitempty"`
	CreateNamespace   bool          `json:"createNamespace,omitempty"`
	Timeout           time.Duration `json:"timeout,omitempty"`
}

// Chart is one exact package. As long as nobody has opened it, its digest may be
// all that is known.
type Chart struct {
	Reference  string `json:"reference"`
	Name       string `json:"name"`
	Version    string `json:"version"`
	AppVersion string `json:"appVersion,omitempty"`
	Digest     string `json:"digest"`
}

// Revision is what the record knows of a release Secret. Digests are those that
// its payload may have, one for each state it goes through: a Secret with another
// was made or altered by others.
type Revision struct {
	Number  int       `json:"number"`
	Digests []string  `json:"digests"`
	Action  string    `json:"action"`
	Outcome string    `json:"outcome"` // a release status of Helm's (S41)
	Chart   Chart     `json:"chart"`
	User    string    `json:"user"`
	At      time.Time `json:"at"`
	Message string    `json:"message,omitempty"`
}

// Object is one object of the newest revision.
type Object struct {
	APIVersion string    `json:"apiVersion"`
	Kind       string    `json:"kind"`
	Namespace  string    `json:"namespace,omitempty"`
	Name       string    `json:"name"`
	Action     string    `json:"action,omitempty"`
	Health     string    `json:"health,omitempty"`
	Message    string    `json:"message,omitempty"`
	Since      time.Time `json:"since"`
}

// Operation is the running operation or the last one. It runs as Caller.
type Operation struct {
	ID     string        `json:"id"`
	Type   string        `json:"type"`
	Step   string        `json:"step"`
	Steps  []Step        `json:"steps,omitempty"`
	Caller kube.Identity `json:"caller"`
	Holder string        `json:"holder"`          // the replica that runs it
	Heirs  int           `json:"heirs,omitempty"` // how many replicas took it over
	// Chart is the package that it deploys, nil until that is in the chart store.
	// It is written down before anything is made of it, so that whoever takes the
	// operation over uses the same.
	Chart   *Chart    `json:"chart,omitempty"`
	Message string    `json:"message,omitempty"`
	Started time.Time `json:"started"`
	// Finished is zero while it runs.
	Finished time.Time `json:"finished,omitzero"`
	// Wrote says that the cluster may have been written to.
	Wrote   bool   `json:"wrote,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Failure string `json:"failure,omitempty"`
}

// Step is a step that was entered, and when.
type Step struct {
	Step string    `json:"step"`
	At   time.Time `json:"at"`
}

// Running says whether the operation has not ended.
func (o *Operation) Running() bool { return o.ID != "" && o.Finished.IsZero() }

// Revision returns the newest revision, nil when there is none.
func (r *Record) Revision() *Revision {
	if len(r.Revisions) == 0 {
		return nil
	}
	return &r.Revisions[len(r.Revisions)-1]
}
