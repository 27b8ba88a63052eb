// Package document takes rendered files apart: into YAML documents (S30), of
// which it reads as much as decides over their place, and gives the order in
// which Helm installs kinds (S32).
//
// A document is read as sigs.k8s.io/yaml reads it, so what that library refuses
// is refused here.
package document
