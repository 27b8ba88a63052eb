// Package account is the manager's own identity in the cluster: the account
// that keeps the books. It stores Secrets and Leases, reviews access, mints the
// impersonator's tokens, and reads namespaces.
//
// Nothing that a chart can reach imports this package (internal/archtest sees
// to it): a chart's reads and writes are made as the caller, through package
// kube alone. Its failures are of the type Error, so that none of them is taken
// for a refusal of the caller.
package account
