// Package manager holds the use-cases of Helm/DM: deploy, delete, list, watch,
// upload. It adapts the rooms of the house to each other and knows neither HTTP
// nor flags, so that everything in it can be tried in memory.
//
// A write is accepted, journalled in the deployment's record together with the
// caller's identity, and answered at once; the work itself is an operation that
// Run carries out afterwards, as that caller, whether or not anybody waits for
// it. A replica that dies leaves its operations to the others.
//
// Whatever a chart causes goes through the Cluster that Config.As makes for the
// caller. The manager's own account is known here only as Books, which cannot
// write anything but the books.
package manager
