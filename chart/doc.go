// Package chart is the chart format: it loads, validates, packages and
// configures Helm charts of apiVersion v1 and v2.
//
// A *Chart is an immutable view. Everything that changes one returns a new one,
// so a loaded chart may be shared by any number of goroutines. Slices and byte
// contents that an accessor returns belong to the chart and must not be written
// to; maps and metadata are fresh copies unless said otherwise.
//
// Chart bytes are untrusted: loading stays inside Limits, never leaves the
// chart's root and never writes. Errors never carry the text of a value,
// because a value may be secret.
//
// S-numbers in comments refer to the project's list of facts about Helm's
// behaviour.
package chart
