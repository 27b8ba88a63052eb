package main

import (
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
)

// checkName refuses a name that no deployment can be given.
func checkName(name string) error {
	if len(name) > v1alpha1.MaxNameLength {
		return fault.Usage("the name %q is too long: %d characters, at most %d", name, len(name), v1alpha1.MaxNameLength)
	}
	if len(validation.IsDNS1123Label(name)) > 0 {
		return fault.Usage("the name %q is no DNS label: it should be of lower case letters, digits and dashes, with no dash at its ends", name)
	}
	return nil
}
