package state

import (
	"github.com/helm-dm/helm-dm/state/chartstore"
	"github.com/helm-dm/helm-dm/state/secret"
)

// Books are all the stores that one kind of Secrets holds.
type Books struct {
	Records  *Records
	Feed     *Feed
	Releases *Releases
	Packages *chartstore.Packages
	Uploads  *chartstore.Uploads
}

// NewBooks keeps what is the manager's own in the namespace system, and revisions
// in the namespaces of what they describe.
func NewBooks(secrets secret.Store, system string) *Books {
	records := NewRecords(secrets, system)
	return &Books{
		Records:  records,
		Feed:     NewFeed(records),
		Releases: NewReleases(secrets),
		Packages: chartstore.NewPackages(secrets, system),
		Uploads:  chartstore.NewUploads(secrets, system),
	}
}
