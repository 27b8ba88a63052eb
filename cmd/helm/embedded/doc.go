// Package embedded runs Helm/DM on a cluster of this machine. It drives two
// programs: helm-local, which is the cluster, and helm-manager, which runs
// beside it as a guest. It owns what neither does: the manager's certificate,
// port and kubeconfig in the folder manager of the cluster's folder, and the
// context in the user's kubeconfig.
package embedded
