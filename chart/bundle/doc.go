// Package bundle is the files that a chart is made of, before they mean
// anything: it reads them from a folder or from a package and writes packages.
//
// Both kinds of sources are untrusted. Reading stays inside Limits, never leaves
// the chart's root, opens nothing but regular files and never writes. What it
// refuses matches fault.ErrInvalid.
package bundle
