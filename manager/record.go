package manager

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart/values"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/state"
)

// newRecord is the record of a deployment that is asked for, its operation
// accepted and not begun.
func (m *Manager) newRecord(id kube.Identity, cd *v1alpha1.ChartDeployment) (*state.Record, error) {
	parameters := sources(cd.Spec.Parameters)
	salt := rand.Text()
	digest, err := digestOf(salt, parameters)
	if err != nil {
		return nil, err
	}
	return &state.Record{
		Key:              state.Key{Namespace: cd.Namespace, Name: cd.Name},
		Generation:       1,
		Salt:             salt,
		Labels:           maps.Clone(cd.Labels),
		Annotations:      kept(cd.Annotations),
		Owners:           cd.OwnerReferences,
		Chart:            cd.Spec.Chart,
		Parameters:       parameters,
		ParametersDigest: digest,
		Options: state.Options{
			HistoryLimit:      cd.Spec.Options.HistoryLimit,
			RollbackOnFailure: cd.Spec.Options.RollbackOnFailure,
			CreateNamespace:   cd.Spec.Options.CreateNamespace,
			Timeout:           cd.Spec.Options.Timeout.Duration,
		},
		Operation: m.newOperation(id, v1alpha1.OperationDeploy, cd.Annotations[v1alpha1.AnnotationReason]),
	}, nil
}

// kept are the annotations that stay with a deployment: not the reason for one
// change, and not the copy of a request, which repeats the parameters
// (CVE-2023-40029).
func kept(annotations map[string]string) map[string]string {
	stay := maps.Clone(annotations)
	delete(stay, v1alpha1.AnnotationReason)
	delete(stay, corev1.LastAppliedConfigAnnotation)
	return stay
}

func (m *Manager) newOperation(id kube.Identity, kind v1alpha1.OperationType, message string) state.Operation {
	now := time.Now().UTC()
	return state.Operation{
		ID:      rand.Text(),
		Type:    string(kind),
		Step:    string(v1alpha1.StepAccepted),
		Steps:   []state.Step{{Step: string(v1alpha1.StepAccepted), At: now}},
		Caller:  id,
		Holder:  m.Replica,
		Message: message,
		Started: now,
	}
}

func sources(parameters []v1alpha1.ParameterSource) []values.Source {
	list := make([]values.Source, 0, len(parameters))
	for _, p := range parameters {
		text := p.Text
		if p.Values != nil {
			text = string(p.Values.Raw) // JSON is YAML
		}
		list = append(list, values.Source{Kind: values.Kind(p.Type), Text: text})
	}
	return list
}

// digestOf tells parameters of one deployment apart. The salt, which never leaves
// the record, keeps those who may see the digest from trying out guesses.
func digestOf(salt string, parameters []values.Source) (string, error) {
	data, err := json.Marshal(parameters)
	if err != nil {
		return "", fmt.Errorf("encoding parameters: %w", err)
	}
	sum := sha256.Sum256(append([]byte(salt), data...))
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}
