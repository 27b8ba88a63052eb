// Package clustertest gives tests one embedded Kubernetes with Helm/DM on it:
// two replicas of the manager, registered with a real API server.
//
// The cluster is shared by everything that runs at the same time on the same
// programs, be it tests, packages or whole runs of go test. The first one to
// need it starts it, the last one stops it; one that a killed run left behind is
// replaced. A package with many tests calls Run from TestMain, which keeps the
// cluster between them; Start then costs nothing.
//
// The package drives the programs in the folder $HELM_BIN, by default bin at the
// top of the source. It builds nothing: where they are missing, tests fail.
package clustertest
