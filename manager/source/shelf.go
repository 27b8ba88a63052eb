package source

import (
	"slices"
	"sync"
)

// shelfBytes bounds the packages that are kept for inspections.
const shelfBytes = 32 << 20

// shelf keeps packages, the one used last at the end. Its keys say from where and
// as what they were fetched, never their digest alone.
type shelf struct {
	mu       sync.Mutex
	packages []kept
	size     int
}

type kept struct {
	key  string
	data []byte
}

func (s *shelf) get(key string) []byte {
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

func (s *shelf) put(key string, data []byte) {
	if s.get(key) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.packages = append(s.packages, kept{key, data})
	s.size += len(data)
	for s.size > shelfBytes {
		s.size -= len(s.packages[0].data)
		s.packages = slices.Delete(s.packages, 0, 1)
	}
}
