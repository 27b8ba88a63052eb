package main

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/validate/content"
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

// checkSegment refuses what could not even be asked for by that name.
func checkSegment(what, name string) error {
	if name == "" {
		return fault.Usage("%s is empty", what)
	}
	if wrong := content.IsPathSegmentName(name); len(wrong) > 0 {
		return fault.Usage("%s %q %s", what, name, strings.Join(wrong, ", "))
	}
	return nil
}
