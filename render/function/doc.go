// Package function holds what the templates of a chart may call (S21): sprig's
// functions without those that read the environment or the network, and Helm's
// own that need nothing of the engine. What they need of the rendering that
// calls them they find in a Host.
//
// A template is a program written by others. Functions that make much out of
// little are held to the Host's limit before they allocate, and values that
// contain themselves are refused where they would be walked. Time is not bounded
// here, nor is memory that is taken in many small steps; for these the caller
// needs a process with limits.
//
// Certificates are valid from the time of the system's clock, whatever the
// Host's clock says, and keys, salts and random texts are those of the system.
package function
