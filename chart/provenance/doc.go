// Package provenance verifies that a package of a chart is what its signer
// signed: a .prov file beside the package, clearsigned with OpenPGP, which holds
// the content of Chart.yaml and the digest of the package (S48).
//
// It fails closed. A package is verified or there is an error, and nothing in
// between: a signature that is missing, a key that is not in the keyring, one
// that is expired or revoked, a weak algorithm, a text around the signed one, a
// second signature, a file too many, another name, version or digest are errors,
// each of one of a few kinds. Texts are untrusted and bounded.
//
// Only what verifies signatures should link this package: OpenPGP is large.
package provenance
