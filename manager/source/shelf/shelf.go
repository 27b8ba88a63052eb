// Package shelf remembers some packages that were fetched, so that looking at one
// again does not fetch it anew.
package shelf

import (
	"slices"
	"sync"
)

// most bounds what is kept, in bytes.
const most = 32 << 20

// Shelf keeps packages, the one used last at the end. Its keys say from where and
// as what they were fetched, never their digest alone. The zero value is ready.
type Shelf struct {
	mu       sync.Mutex
	packages []kept
	size     int
}

type kept struct {
	key  string
	data []byte
}

// Get returns a package, which must not be written to; nil when it is not there.
func (s *Shelf) Get(key string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.packages, func(k kept) bool { return k.key == key })
	if i < 0 {
		return nil
	}
	found := s.packages[i]
	s.packages = append(slices.Delete(s.packages, i, i+1), found)
	return found.data
}

// Put keeps a package, in the place of those that were not used for longest.
func (s *Shelf) Put(key string, data []byte) {
	if s.Get(key) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.packages = append(s.packages, kept{key, data})
	s.size += len(data)
	for s.size > most {
		s.size -= len(s.packages[0].data)
		s.packages = slices.Delete(s.packages, 0, 1)
	}
}
