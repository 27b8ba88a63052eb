// Package client speaks dm.helm.sh/v1alpha1: deployments, their log, and the
// upload of local charts.
//
// Every write is accepted and answered at once; Follow tells how its operation
// goes on, across lost connections and restarts of the manager. Objects come
// back with their kind and API version set, ready to be printed. Errors keep
// the API server's status in their chain, and KindOf sorts them into the few
// kinds that a caller tells apart.
//
// The package does without client-go's typed clients and its discovery client,
// which would cost every start of a program 5 ms and 20 MB.
package client
