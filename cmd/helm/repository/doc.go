// Package repository holds the commands about the places that charts are kept in:
// repo, credential and release. The manager keeps repositories and credentials,
// and releases with them. A destination that is none of its repositories is
// released to from here, over https and to registries alone: this program holds
// no client of an object store.
//
// A secret is read, sent to the manager and forgotten; nothing prints it.
package repository
