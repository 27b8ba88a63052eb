// Package render turns a chart and values into Kubernetes manifests, byte for
// byte as Helm 4 does.
//
// It is pure: no environment, files or network. What a template may learn of
// the world is handed in: the release, the capabilities and the lookup. (The
// clock and the randomness are those of the sprig functions.) Nothing is kept
// between calls and any number of them may run at once.
//
// A template is a program written by others. Rendering bounds the nesting and
// the size of what it produces, turns its panics into errors and stops between
// steps when the context ends; it cannot interrupt a single step, nor bound the
// memory that one function takes.
//
// S-numbers in comments refer to the project's list of facts about Helm's
// behaviour.
package render
