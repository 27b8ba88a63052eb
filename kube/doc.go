// Package kube is the only door to Kubernetes. It loads configurations, speaks
// to a cluster as one identity (Cluster), and knows what the cluster serves
// (Discovery).
//
// The manager has two identities that never mix. Everything that a chart causes
// goes through a Cluster built by an Impersonator for the caller: its account
// can do nothing but impersonate, so a lost header means no rights instead of
// the manager's. The manager's own books are kept through the package account,
// which nothing that a chart can reach may import.
//
// The package stays small on purpose, because the helm program links it: it
// does without client-go's typed clients and its discovery client, which cost
// every start 5 ms and 20 MB.
package kube
