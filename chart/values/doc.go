// Package values handles the values that parameterise a chart: trees of
// map[string]any, []any and plain values, the empty tree being an empty map.
//
// It reads them from YAML and from the --set family of texts, lays some over
// others, and completes them with defaults. It knows nothing of charts.
//
// Texts are untrusted: what they may cost is bounded. Errors name keys, lines
// and sources, never a value, because a value may be secret.
//
// S-numbers in comments refer to the project's list of facts about Helm's
// behaviour.
package values
