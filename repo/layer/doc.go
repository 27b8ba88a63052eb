// Package layer wraps repositories: each layer is a repo.Repository that adds one
// thing to another one, and passes its errors on. None of them starts anything that
// outlives a call.
package layer
