// Package tree parses templates for the engine and looks into what it parsed: it
// prepares trees so that they can be ended while they execute and print nothing
// without an end, and tells which templates are pure.
//
// It changes only trees that it has just parsed.
package tree
