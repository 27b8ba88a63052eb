// Package operation carries out what the manager has accepted: deploys and
// deletes, each as the caller whose identity is journalled in the deployment's
// record.
//
// A Runner runs the operations that its replica accepted, takes over those of
// replicas that are gone, and resumes them where they were left: what was
// rendered is never rendered anew. Whatever a chart causes goes through the
// Cluster that Config.As makes for the caller; nothing else here can write to
// one.
package operation
