package v1alpha1

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Object is any JSON object, kept as the bytes that were sent, so that large
// numbers survive.
type Object struct {
	Raw []byte `json:"-"`
}

// MarshalJSON returns the bytes as they were given; an empty Object is null.
func (o Object) MarshalJSON() ([]byte, error) {
	if len(o.Raw) == 0 {
		return []byte("null"), nil
	}
	return o.Raw, nil
}

// UnmarshalJSON keeps the bytes of a JSON object and refuses anything else.
func (o *Object) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	if bytes.Equal(data, []byte("null")) {
		return nil
	}
	if len(data) == 0 || data[0] != '{' || !json.Valid(data) {
		return errors.New("parameters given as values must be an object")
	}
	o.Raw = bytes.Clone(data)
	return nil
}

// OpenAPISchemaType and OpenAPISchemaFormat describe an Object in the schema.
func (Object) OpenAPISchemaType() []string { return []string{"object"} }

// OpenAPISchemaFormat is empty: an Object has no format of its own.
func (Object) OpenAPISchemaFormat() string { return "" }
