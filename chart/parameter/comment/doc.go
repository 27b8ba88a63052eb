// Package comment reads the comments of a values.yaml: what they say of the
// parameters below them, or of those that they name.
//
// It knows plain comments and those of helm-docs, of the Bitnami readme generator
// and of both helm-schema tools. Nothing in it fails: what cannot be understood
// is passed over. Texts are untrusted, what reading them costs is bounded, and
// what comes out is text as it was written, perhaps not fit for a terminal.
package comment
