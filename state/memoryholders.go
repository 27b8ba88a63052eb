package state

import (
	"context"
	"sync"
	"time"
)

// MemoryHolders keeps leases in memory. Its zero value is ready.
type MemoryHolders struct {
	mu    sync.Mutex
	until map[string]time.Time
}

// Renew notes the new end of the holder's lease.
func (h *MemoryHolders) Renew(_ context.Context, holder string, ttl time.Duration) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.until == nil {
		h.until = map[string]time.Time{}
	}
	h.until[holder] = time.Now().Add(ttl)
	return nil
}

// Live returns the holders whose leases have not lapsed.
func (h *MemoryHolders) Live(context.Context) (map[string]bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	live := map[string]bool{}
	for holder, until := range h.until {
		if time.Now().Before(until) {
			live[holder] = true
		}
	}
	return live, nil
}

// Release forgets the holder.
func (h *MemoryHolders) Release(_ context.Context, holder string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.until, holder)
	return nil
}
