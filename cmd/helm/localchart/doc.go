// Package localchart takes charts from this machine. What a user calls a chart
// is one of them if it begins with ., / or file:, whatever exists; it is packed,
// or checked if it is a package, and uploaded. Everything else is a reference
// and goes to the manager as it is.
package localchart
