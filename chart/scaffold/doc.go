// Package scaffold writes the files of a new chart: a small web application
// with a service, and with an ingress, an autoscaler and a test that can be
// asked for. It runs without privileges, renders as it is, and documents each of
// its values in the way that package parameter reads.
//
// It works in memory. Where the files go, and what they may replace there, is the
// caller's affair.
package scaffold
