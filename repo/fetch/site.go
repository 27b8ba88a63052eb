package fetch

import "github.com/helm-dm/helm-dm/repo"

// Site is what a repository of any kind is opened with.
type Site struct {
	Location   repo.Location
	Credential *repo.Credential // nil when none is needed
	Roots      []byte           // PEM certificates that are trusted besides the system's
	Network    *Network
	// Foreign says that no administrator added the repository: somebody who may
	// name any has named it.
	Foreign bool
}

// MaxIndex is how many bytes an index or a listing of the repository may have,
// unpacked.
func (s Site) MaxIndex() int64 {
	if s.Foreign {
		return repo.MaxForeign
	}
	return repo.MaxIndex
}
