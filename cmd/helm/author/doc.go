// Package author holds the commands of chart developers: create, lint, package
// and template. They work on this machine alone, need no cluster and no
// manager, and take Helm's flags; a flag of Helm's that would need the network
// is refused with what to do instead.
//
// What they write appears whole or not at all, and never takes the place of
// something else unless --force is given.
package author
