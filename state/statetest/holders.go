// Package statetest is the contract of the role Holders in package state.
package statetest

import (
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/state"
)

// patience is how long a test waits for what must happen.
const patience = 30 * time.Second

// Holders runs the contract of state.Holders. Names of holders begin with
// prefix, which is the test's own.
func Holders(t *testing.T, h state.Holders, prefix string) {
	t.Helper()
	live := func(t *testing.T, holder string) bool {
		t.Helper()
		all, err := h.Live(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return all[holder]
	}
	renew := func(t *testing.T, holder string, ttl time.Duration) {
		t.Helper()
		if err := h.Renew(t.Context(), holder, ttl); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("live while renewed", func(t *testing.T) {
		t.Parallel()
		holder := prefix + "-renewed"
		if live(t, holder) {
			t.Error("live before it was ever renewed")
		}
		renew(t, holder, time.Hour)
		renew(t, holder, time.Hour)
		if !live(t, holder) {
			t.Error("not live after it was renewed twice")
		}
		if err := h.Release(t.Context(), holder); err != nil || live(t, holder) {
			t.Errorf("live after it was released (%v)", err)
		}
	})
	t.Run("lapses when silent", func(t *testing.T) {
		t.Parallel()
		holder := prefix + "-silent"
		renew(t, holder, time.Second)
		for until := time.Now().Add(patience); live(t, holder); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(until) {
				t.Fatal("live long after its lease ended")
			}
		}
	})
	t.Run("release of nobody", func(t *testing.T) {
		t.Parallel()
		if err := h.Release(t.Context(), prefix+"-nobody"); err != nil {
			t.Errorf("releasing who never was: %v", err)
		}
	})
}
