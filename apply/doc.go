// Package apply brings rendered objects into a cluster: it reads what is there,
// plans what to change, changes it, waits until it is healthy, and takes it
// away again.
//
// Everything here is done through the one Cluster that is handed in, which acts
// as the caller. A plan is made before anything is written and says for every
// object what will be done, in one vocabulary: created, configured, unchanged,
// deleted, skipped, conflict. Whoever runs a plan has first asked whether the
// caller may make all of its writes (Plan.Permissions).
//
// S-numbers in comments refer to the project's list of facts about Helm's
// behaviour.
package apply
