package schema

import "github.com/santhosh-tekuri/jsonschema/v6"

// same are the parts of s that apply to the value that s applies to. The ends
// of dynamic references are the ones they have by default.
func same(s *jsonschema.Schema) []*jsonschema.Schema {
	out := parts(s.Ref, s.Not, s.If, s.Then, s.Else)
	for _, list := range [][]*jsonschema.Schema{s.AllOf, s.AnyOf, s.OneOf} {
		out = append(out, list...)
	}
	for _, part := range s.DependentSchemas {
		out = append(out, part)
	}
	for _, part := range s.Dependencies {
		out = append(out, parts(part)...)
	}
	return out
}

// deeper are the parts of s that apply to what is in its value, and to the names
// of properties.
func deeper(s *jsonschema.Schema) []*jsonschema.Schema {
	out := parts(s.PropertyNames, s.AdditionalProperties, s.UnevaluatedProperties,
		s.Contains, s.Items, s.AdditionalItems, s.Items2020, s.UnevaluatedItems, s.RecursiveRef)
	if s.DynamicRef != nil {
		out = append(out, s.DynamicRef.Ref)
	}
	for _, part := range s.Properties {
		out = append(out, part)
	}
	for _, part := range s.PatternProperties {
		out = append(out, part)
	}
	return append(out, s.PrefixItems...)
}

// parts are the schemas among values that may be one, several, none, or plain.
func parts(values ...any) []*jsonschema.Schema {
	var out []*jsonschema.Schema
	for _, value := range values {
		switch value := value.(type) {
		case *jsonschema.Schema:
			if value != nil {
				out = append(out, value)
			}
		case []*jsonschema.Schema:
			out = append(out, value...)
		}
	}
	return out
}
