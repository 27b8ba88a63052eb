// Package render turns a chart and values into Kubernetes manifests, byte for
// byte as Helm 4 does, but for what doc/differences.md lists.
//
// It is pure: no environment, files or network. What a template may learn of
// the world is handed in: the release, the capabilities, the clock and the
// lookup. (Certificates and randomness are the system's.) Nothing of one
// rendering is left to the next, and any number of them may run at once.
//
// A template is a program written by others. What it may cost is bounded:
//   - output, nesting, and the data that functions generate end in a *BudgetError
//     before they are made;
//   - values that contain themselves are refused where they would be walked;
//   - loops and recursions, also those that print nothing, end with the context.
//
// What is left needs a process with limits, as package worker has: the time of a
// single call (a key, a hash, a regular expression over a long text), memory that
// is taken in many small steps, such as a list of ever new texts, each of them
// within bounds, and the stack: text/template ends template actions that call
// themselves only at a depth of 100,000, in every include anew, and blocks may be
// nested in a text as deep as it is long.
//
// S-numbers in comments refer to the project's list of facts about Helm's
// behaviour.
package render
