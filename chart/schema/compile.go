package schema

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/helm-dm/helm-dm/chart/fault"
)

// location is what a schema is called where it does not say so itself. Helm's
// charts may rely on it in references such as values.schema.json#/definitions/x.
const location = "file:///values.schema.json"

// compiled is a schema ready for use, or the reason why there is none.
type compiled struct {
	schema *jsonschema.Schema
	chain  int // so many of its parts may follow each other on one value
	err    error
}

func compile(text []byte) *compiled {
	schema, err := read(text)
	if err != nil {
		return &compiled{err: err}
	}
	chain, err := measure(schema)
	return &compiled{schema, chain, err}
}

// read turns the text of a schema into one.
func read(text []byte) (schema *jsonschema.Schema, err error) {
	defer rescue(&err, "compiling the schema")
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("values.schema.json is not JSON: %w", err)
	}
	if err := (&survey{}).walk(document, 1); err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(closed{})
	if err := compiler.AddResource(location, document); err != nil {
		return nil, err
	}
	schema, err = compiler.Compile(location)
	if broken := (*jsonschema.SchemaValidationError)(nil); errors.As(err, &broken) {
		return nil, fmt.Errorf("values.schema.json is not a schema:\n%w", told(broken.Err))
	}
	return schema, err
}

// rescue turns a panic of the library into an error: it was not written for
// hostile schemas, and its numbers for one may be nil.
func rescue(err *error, doing string) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%s: it or a value holds what cannot be computed with, such as a number beyond all bounds", doing)
	}
}

// closed is where schemas outside the chart come from: nowhere.
type closed struct{}

// Load answers a reference to a document that the schema does not hold.
func (closed) Load(url string) (any, error) {
	if strings.HasPrefix(url, "urn:") {
		return true, nil
	}
	return nil, errors.New("references to other files and to hosts are not followed: put what they lead to into values.schema.json and refer to it as #/definitions/NAME")
}

// validate checks the values of one chart.
func (c *compiled) validate(values map[string]any) (err error) {
	if c.err != nil {
		return c.err
	}
	levels := depth(values, maxNested/c.chain)
	// One more for the names of properties.
	if (levels+1)*c.chain > maxNested {
		return fault.TooLarge("values nested %d deep or more, with a schema that applies up to %d of its parts to one value", levels, c.chain)
	}
	defer rescue(&err, "validating the values")
	if values == nil {
		values = map[string]any{}
	}
	if failed := c.schema.Validate(values); failed != nil {
		return told(failed)
	}
	return nil
}

// depth is how deep maps and lists nest in v; it stops counting behind limit.
func depth(v any, limit int) int {
	deepest := 0
	below := func(child any) {
		if limit >= 0 {
			deepest = max(deepest, depth(child, limit-1))
		}
	}
	switch v := v.(type) {
	case map[string]any:
		for _, child := range v {
			below(child)
		}
	case []any:
		for _, child := range v {
			below(child)
		}
	}
	return deepest + 1
}
