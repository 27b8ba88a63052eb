// Package request judges what callers ask for by what they wrote alone, before
// anything is looked up or stored: what is wrong with it is told all at once.
package request

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metavalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/manager/failure"
)

// longest bounds spec.options.timeout. It is the age at which package operation
// fails what was interrupted instead of resuming it.
const longest = time.Hour

// Validate reports everything that is wrong with a request, at once. The error is
// Invalid.
func Validate(cd *v1alpha1.ChartDeployment) error {
	wrong := []error{ValidateMeta(cd.ObjectMeta, true)}
	if cd.Name != "" {
		wrong = append(wrong, validateName(cd.Name))
	}
	if len(cd.Finalizers) > 0 {
		wrong = append(wrong, errors.New("metadata.finalizers: a deployment cannot have finalizers of its own"))
	}
	if _, err := reference.Parse(cd.Spec.Chart); err != nil {
		wrong = append(wrong, fmt.Errorf("spec.chart: %w", err))
	}
	wrong = append(wrong, validateOptions(cd.Spec.Options), validateParameters(cd.Spec.Parameters))
	if err := errors.Join(wrong...); err != nil {
		return failure.New(v1alpha1.ReasonInvalid, "%w", err)
	}
	return nil
}

// ValidateMeta judges all metadata but the name, which may be yet to be made.
// The annotation with a copy of the request is never stored, however long.
func ValidateMeta(m metav1.ObjectMeta, namespaced bool) error {
	m.Name = "name"
	m.Annotations = maps.Clone(m.Annotations)
	delete(m.Annotations, corev1.LastAppliedConfigAnnotation)
	return metavalidation.ValidateObjectMeta(&m, namespaced, metavalidation.NameIsDNSLabel, field.NewPath("metadata")).ToAggregate()
}

func validateOptions(o v1alpha1.DeploymentOptions) error {
	var wrong []error
	refuse := func(option string, asked bool) {
		if asked {
			wrong = append(wrong, fmt.Errorf("spec.options.%s: it is not done by this manager", option))
		}
	}
	refuse("createNamespace", o.CreateNamespace)
	refuse("historyLimit", o.HistoryLimit != 0)
	refuse("rollbackOnFailure", o.RollbackOnFailure)
	switch timeout := o.Timeout.Duration; {
	case timeout < 0:
		wrong = append(wrong, errors.New("spec.options.timeout: it cannot be negative"))
	case timeout > longest:
		wrong = append(wrong, fmt.Errorf("spec.options.timeout: %s, at most %s, because an interrupted operation that is older is not resumed", timeout, longest))
	}
	return errors.Join(wrong...)
}

func validateName(name string) error {
	if problems := validation.IsDNS1123Label(name); len(problems) > 0 {
		return fmt.Errorf("the name %q is no DNS label: %s", name, problems[0])
	}
	if len(name) > v1alpha1.MaxNameLength {
		return fmt.Errorf("the name %q is too long: %d characters, at most %d", name, len(name), v1alpha1.MaxNameLength)
	}
	return nil
}

// maxParameters bounds the sources of parameters in one request. Each costs the
// manager and the worker more than its bytes.
const maxParameters = 1000

func validateParameters(parameters []v1alpha1.ParameterSource) error {
	known := []v1alpha1.ParameterType{
		v1alpha1.ParameterValues, v1alpha1.ParameterSet, v1alpha1.ParameterSetString, v1alpha1.ParameterSetJSON,
		v1alpha1.ParameterSetFile, v1alpha1.ParameterSetLiteral, v1alpha1.ParameterUnset,
	}
	if n := len(parameters); n > maxParameters {
		return fmt.Errorf("spec.parameters: %d sources, at most %d: put them into a file", n, maxParameters)
	}
	var wrong []error
	size := 0
	for i, p := range parameters {
		size += len(p.Text)
		if p.Values != nil {
			size += len(p.Values.Raw)
		}
		if !slices.Contains(known, p.Type) {
			wrong = append(wrong, fmt.Errorf("spec.parameters[%d].type: %q is not one of %v", i, p.Type, known))
		}
		if p.Values != nil && (p.Type != v1alpha1.ParameterValues || p.Text != "") {
			wrong = append(wrong, fmt.Errorf("spec.parameters[%d]: an object goes with type values and without a text", i))
		}
	}
	if size > v1alpha1.MaxParameterBytes {
		wrong = append(wrong, fmt.Errorf("spec.parameters: %d bytes, at most %d", size, v1alpha1.MaxParameterBytes))
	}
	return errors.Join(wrong...)
}
