package manager

import (
	"errors"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/manager/failure"
)

// maxParameters bounds the texts of all parameters together, in bytes: a record
// is one Secret.
const maxParameters = 768 << 10

// validate reports everything that is wrong with a request, at once.
func validate(cd *v1alpha1.ChartDeployment) error {
	var wrong []error
	if cd.Name != "" {
		wrong = append(wrong, validateName(cd.Name))
	}
	if len(cd.Finalizers) > 0 {
		wrong = append(wrong, errors.New("metadata.finalizers: a deployment cannot have finalizers of its own"))
	}
	if _, err := chart.ParseReference(cd.Spec.Chart); err != nil {
		wrong = append(wrong, fmt.Errorf("spec.chart: %w", err))
	}
	if cd.Spec.Options.HistoryLimit < 0 {
		wrong = append(wrong, errors.New("spec.options.historyLimit: it cannot be negative"))
	}
	if cd.Spec.Options.Timeout.Duration < 0 {
		wrong = append(wrong, errors.New("spec.options.timeout: it cannot be negative"))
	}
	wrong = append(wrong, validateParameters(cd.Spec.Parameters))
	if err := errors.Join(wrong...); err != nil {
		return failure.New(v1alpha1.ReasonInvalid, "%w", err)
	}
	return nil
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

func validateParameters(parameters []v1alpha1.ParameterSource) error {
	known := []v1alpha1.ParameterType{
		v1alpha1.ParameterValues, v1alpha1.ParameterSet, v1alpha1.ParameterSetString, v1alpha1.ParameterSetJSON,
		v1alpha1.ParameterSetFile, v1alpha1.ParameterSetLiteral, v1alpha1.ParameterUnset,
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
	if size > maxParameters {
		wrong = append(wrong, fmt.Errorf("spec.parameters: %d bytes, at most %d", size, maxParameters))
	}
	return errors.Join(wrong...)
}
