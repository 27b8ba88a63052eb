// Package repo is the contract between those who want charts and the places that
// charts are kept in: classic repositories with an index, buckets of object
// stores, registries. Each kind has a folder of its own and passes the suite of
// repotest; package kinds lists them.
//
// What a repository says is untrusted: names, versions, addresses and sizes are
// checked before they are believed, every package is held against the digest
// that its index or manifest gave, and an entry that is wrong is set aside
// without stopping the others. All of it is reached through package fetch, which
// decides who is dialled and where a credential goes.
package repo
