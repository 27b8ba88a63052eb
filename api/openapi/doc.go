// Package openapi holds the generated OpenAPI definitions of our types and of
// the apimachinery types they use. Only the server needs it: it stands apart so
// that no client links it.
package openapi
