package progress

import (
	"fmt"
	"strings"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// Object names an object as KIND/NAME, with its namespace where that is not the
// deployment's.
func Object(o v1alpha1.ObjectStatus, namespace string) string {
	name := o.Kind + "/" + o.Name
	if o.Namespace != "" && o.Namespace != namespace {
		name += " in " + o.Namespace
	}
	return name
}

// Health words a health; nothing for one that is unknown.
func Health(health v1alpha1.Health) string {
	switch health {
	case v1alpha1.HealthHealthy:
		return "healthy"
	case v1alpha1.HealthInProgress:
		return "in progress"
	case v1alpha1.HealthUnhealthy:
		return "unhealthy"
	}
	return ""
}

// Why says what is the matter with an object in its own words, else in those of
// its health.
func Why(o v1alpha1.ObjectStatus) string {
	if o.Message != "" {
		return o.Message
	}
	if words := Health(o.Health); words != "" {
		return words
	}
	return "health is unknown"
}

// Line words one line of an operation's log.
func Line(l v1alpha1.LogLine, namespace string) string {
	if l.Object != nil {
		return Object(*l.Object, namespace) + ": " + state(*l.Object)
	}
	words := []string{string(l.Step)}
	for _, word := range []string{string(l.Reason), l.Message} {
		if word != "" {
			words = append(words, word)
		}
	}
	return strings.TrimPrefix(strings.Join(words, ": "), ": ")
}

// state words what was done to an object and how it does.
func state(o v1alpha1.ObjectStatus) string {
	var words []string
	for _, word := range []string{string(o.Action), Health(o.Health)} {
		if word != "" {
			words = append(words, word)
		}
	}
	text := strings.Join(words, ", ")
	if o.Message != "" {
		text = strings.TrimSpace(fmt.Sprintf("%s (%s)", text, o.Message))
	}
	return text
}
