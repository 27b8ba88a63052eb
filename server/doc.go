// Package server is the face of the manager: an aggregated API server for
// dm.helm.sh/v1alpha1, built on k8s.io/apiserver. It authenticates, translates
// between requests and the use-cases of package manager, and has no logic of
// its own.
//
// The front proxy of kube-apiserver is the only way in to the API: its
// certificate, its name and a user name are required of every request, and no
// other authenticator exists for it, not even for the server itself. Health checks and metrics take bearer
// tokens, which kube-apiserver reviews. Nobody is anonymous.
package server
