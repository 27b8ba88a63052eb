package fetch

import "github.com/helm-dm/helm-dm/repo"

// Site is what a repository of any kind is opened with.
type Site struct {
	Location   repo.Location
	Credential *repo.Credential // nil when none is needed
	Roots      []byte           // PEM certificates that are trusted besides the system's
	Network    *Network
}
