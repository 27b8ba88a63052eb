package parameter

import "strings"

// Parameter is one thing that can be set.
type Parameter struct {
	// Name is where it is among the values, written as --set wants it.
	Name string `json:"name"`
	// Type is a word of JSON Schema, several of them joined by |, or what the
	// author calls it. It is empty when nobody says and the default is null.
	Type string `json:"type,omitempty"`
	// Default is JSON on one line, at most maxText bytes of it, the values of
	// secrets in it replaced. It is empty when there is none or when it is secret.
	Default string `json:"default,omitempty"`
	// Effective says in the author's words what the default amounts to.
	Effective string `json:"effective,omitempty"`
	// Description is one line, unless the author asked for line breaks.
	Description string  `json:"description,omitempty"`
	Allowed     Allowed `json:"allowed,omitzero"`
	// Section is the heading under which the author put it.
	Section string `json:"section,omitempty"`
	// Required says that the schema wants it to be there.
	Required   bool `json:"required,omitempty"`
	Secret     bool `json:"secret,omitempty"`
	Deprecated bool `json:"deprecated,omitempty"`
}

// Allowed says which values a parameter takes. The zero value is any.
type Allowed struct {
	Values  []string `json:"values,omitempty"`  // each as JSON
	Range   string   `json:"range,omitempty"`   // 1..10, >= 1, > 0, <= 10 or < 10
	Pattern string   `json:"pattern,omitempty"` // a regular expression
}

// String is one line for people, empty when any value is allowed.
func (a Allowed) String() string {
	var parts []string
	if len(a.Values) > 0 {
		parts = append(parts, strings.Join(a.Values, ", "))
	}
	if a.Range != "" {
		parts = append(parts, a.Range)
	}
	if a.Pattern != "" {
		parts = append(parts, "matching "+a.Pattern)
	}
	return strings.Join(parts, "; ")
}

// completed returns p with what it does not say itself taken from other, which
// documents the same parameter in the chart below.
func (p Parameter) completed(other Parameter) Parameter {
	for _, pair := range []struct{ mine, other *string }{
		{&p.Type, &other.Type},
		{&p.Description, &other.Description},
		{&p.Section, &other.Section},
	} {
		if *pair.mine == "" {
			*pair.mine = *pair.other
		}
	}
	if p.Allowed.String() == "" {
		p.Allowed = other.Allowed
	}
	p.Required = p.Required || other.Required
	p.Deprecated = p.Deprecated || other.Deprecated
	if other.Secret && !p.Secret {
		p.Secret, p.Default, p.Effective = true, other.Default, other.Effective
	}
	return p
}
