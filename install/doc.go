// Package install holds what Helm/DM consists of in a cluster, as manifests, and
// puts it there as the administrator who asks for it.
package install
