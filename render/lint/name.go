package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The names that Kubernetes takes (RFC 1123 and RFC 1035, in lower case).
var (
	subdomain = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
	label     = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)
	service   = regexp.MustCompile(`^[a-z]([-a-z0-9]*[a-z0-9])?$`)
)

const (
	maxSubdomain = 253
	maxLabel     = 63
)

// misnamed says what is wrong with the name of an object, empty if nothing is.
func misnamed(kind string, metadata map[string]any) string {
	if metadata["name"] == nil {
		if prefix, _ := metadata["generateName"].(string); prefix != "" {
			return ""
		}
		return "metadata.name is missing"
	}
	name, isText := metadata["name"].(string)
	if !isText {
		return "" // which is told already
	}
	switch {
	case slices.Contains([]string{"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "CertificateSigningRequest"}, kind):
		if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/%") {
			return fmt.Sprintf("the name %q has to be a path segment: no / and no %%", name)
		}
	case kind == "Service" && (len(name) > maxLabel || !service.MatchString(name)):
		return fmt.Sprintf("the name %q of a Service has to be of lower case letters, digits and dashes, and to begin with a letter", name)
	case kind == "Namespace" && (len(name) > maxLabel || !label.MatchString(name)):
		return fmt.Sprintf("the name %q of a Namespace has to be of lower case letters, digits and dashes", name)
	case len(name) > maxSubdomain:
		return fmt.Sprintf("the name %q is too long: %d characters, at most %d", name[:maxLabel]+"…", len(name), maxSubdomain)
	case !subdomain.MatchString(name):
		return fmt.Sprintf("the name %q has to be of lower case letters, digits, dashes and dots, with a letter or digit at its ends", name)
	}
	return ""
}
