// Package bucket is the kind of repositories that are buckets of object stores:
// Amazon S3 and what speaks like it, Google Cloud Storage, Azure Blob Storage.
//
// A bucket with an index.yaml is read by it; one without is browsed by its
// listing, as package listing has it. Releasing keeps it that way: the first
// package in an empty bucket begins an index, a bucket that is browsed gets none.
//
// The libraries of the stores are given everything they need: a client of package
// fetch, the address, the credential or the word that there is none. None of them
// looks for a credential of its own in the environment, in files or at a cloud's
// metadata service, and none retries: package layer does.
package bucket
