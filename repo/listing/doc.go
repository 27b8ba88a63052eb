// Package listing reads buckets that have no index by what they list: the XML that
// S3, Google Cloud Storage and Azure Blob Storage answer with, and the names of the
// packages in it.
//
// A bucket's listing says little: a package is NAME-VERSION.tgz, and everything
// else about it is inside. Only what lies directly below the location counts, so
// that a folder of a bucket is a repository of its own; deeper keys are passed
// over. Keys are untrusted names (CVE-2026-47680): one that leads elsewhere, hides
// characters or names no chart is set aside and reported. Answers are read as
// streams, within bounds of size, depth and number, and entities are not expanded.
package listing
