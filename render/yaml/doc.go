// Package yaml reads and writes YAML exactly as sigs.k8s.io/yaml does, only
// faster: that library goes through JSON in both directions, and charts call it
// thousands of times in one rendering.
//
// What this package cannot be sure of it leaves to the library, so that every
// result, and every error, is the library's. Fuzz tests hold the two against each
// other. Nothing is kept between calls.
package yaml
