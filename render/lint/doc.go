// Package lint looks for what is wrong with a chart and says where: in which
// file and, as far as can be known, in which line.
//
// It is pure: it is handed the chart's files and values, and returns findings.
// It goes as far as it can with a chart that does not load, since its author
// wants to see all faults at once. An error is what keeps a chart from being
// installed, or what Helm's own lint calls one; a warning breaks with convention,
// or will fail on some cluster; an info is advice.
//
// S-numbers in comments refer to the project's list of facts about Helm's
// behaviour. What is found about values and about YAML tells no text of theirs, because a
// value may be secret.
package lint
