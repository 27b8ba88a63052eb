// Package catalog keeps what all repositories hold in memory, compactly, and
// searches it. It reads them anew in the background: conditionally, each at its
// own pace, a few at a time. A repository that cannot be read keeps its last good
// state and stops none of the others.
package catalog
