// Package oci keeps charts in a registry: a repository is a namespace, each chart
// below it a repository of the registry, and each version a tag (S49).
//
// A release is fetched by its tag or by a digest: by that of its manifest, as Helm
// and docker write it, or else by that of the package itself, which is the digest
// that deployments record. Releases that List and Find tell of have no digest,
// because tags can be moved without anything in a listing changing; whatever is
// fetched is held against its manifest, and against the digest where there is one.
//
// A registry that proves identities by tokens is sent the credential only where
// its token service has the registry's own origin. One elsewhere is asked as
// anybody, which is enough for public charts; with a credential it is an error
// that matches repo.ErrRefused (CVE-2026-48978). Neither the location of an
// upload nor a redirect takes a credential elsewhere.
//
// Registries have no conditional writes: of two packages that are kept at the same
// moment as the same version, the tag means the later one.
package oci
