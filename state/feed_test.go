package state_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/state"
	"github.com/helm-dm/helm-dm/state/secret"
)

// patience is how long a test waits for what must happen.
const patience = 30 * time.Second

func startFeed(t *testing.T, secrets secret.Store) (*state.Records, *state.Feed) {
	t.Helper()
	records := state.NewRecords(secrets, "helm-dm")
	feed := state.NewFeed(records)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		feed.Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-done })
	if err := feed.Synced(t.Context()); err != nil {
		t.Fatal(err)
	}
	return records, feed
}

func mustStore(t *testing.T, records *state.Records, name string) *state.Record {
	t.Helper()
	stored, err := records.Create(t.Context(), record(name))
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

func current(t *testing.T, feed *state.Feed) ([]*state.Record, uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	found, at, err := feed.Current(ctx, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	return found, at
}

func TestFeedSeesWhatWasWritten(t *testing.T) {
	t.Parallel()
	records, feed := startFeed(t, &secret.Memory{})
	mustStore(t, records, "b")
	mustStore(t, records, "a")
	found, _ := current(t, feed)
	if len(found) != 2 || found[0].Name != "a" || found[1].Name != "b" {
		t.Errorf("current list %v, want a and b in order", found)
	}
	if found[0].Parameters != nil {
		t.Error("a feed holds parameters")
	}
}

func TestFeedKnowsThePast(t *testing.T) {
	t.Parallel()
	records, feed := startFeed(t, &secret.Memory{})
	a := mustStore(t, records, "a")
	_, before := current(t, feed)
	a.Generation = 2
	if _, err := records.Update(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	mustStore(t, records, "b")
	_, middle := current(t, feed)
	if err := records.Delete(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	now, _ := current(t, feed)
	if len(now) != 1 {
		t.Errorf("now there are %d, want b alone", len(now))
	}
	for version, want := range map[uint64]string{before: "a@1", middle: "a@2 b@1"} {
		found, err := feed.ListAt(t.Context(), "", version)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, r := range found {
			got += fmt.Sprintf(" %s@%d", r.Name, r.Generation)
		}
		if got != " "+want {
			t.Errorf("at version %d there were%s, want %s", version, got, want)
		}
	}
}

func TestFeedTellsWhatCameAndWentUnseen(t *testing.T) {
	t.Parallel()
	memory := &secret.Memory{}
	records, feed := startFeed(t, memory)
	for i := range 50 {
		r := mustStore(t, records, fmt.Sprintf("short-lived-%d", i))
		from, err := strconv.ParseUint(r.ResourceVersion, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if err := records.Delete(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if now, _ := current(t, feed); len(now) != 0 {
			t.Fatalf("there still is %s", now[0].Name)
		}
		for timeout := time.After(patience); ; {
			events, _, changed, err := feed.After(from)
			if err != nil {
				t.Fatal(err)
			}
			if len(events) > 0 && events[len(events)-1].Change == state.Deleted && events[len(events)-1].New.Name == r.Name {
				break
			}
			select {
			case <-timeout:
				t.Fatalf("the deletion of %s was never told", r.Name)
			case <-changed:
			}
		}
	}
}

func TestFeedReplaysFromAVersion(t *testing.T) {
	t.Parallel()
	records, feed := startFeed(t, &secret.Memory{})
	mustStore(t, records, "a")
	_, from := current(t, feed)
	b := mustStore(t, records, "b")
	if err := records.Delete(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	var events []state.Event
	var next uint64
	for timeout := time.After(patience); len(events) < 2; {
		var changed <-chan struct{}
		var err error
		if events, next, changed, err = feed.After(from); err != nil {
			t.Fatal(err)
		}
		select {
		case <-timeout:
			t.Fatalf("replayed %+v, want two events", events)
		case <-changed:
		case <-time.After(10 * time.Millisecond): // the second may have come before changed was made
		}
	}
	if len(events) != 2 || events[0].Change != state.Added || events[1].Change != state.Deleted || events[1].Old == nil {
		t.Errorf("replayed %+v, want b added and deleted", events)
	}
	if again, _, _, err := feed.After(next); err != nil || len(again) != 0 {
		t.Errorf("after the newest version: %v, %v, want nothing", again, err)
	}
}

func TestFeedRefusesWhatItCannotKnow(t *testing.T) {
	t.Parallel()
	memory := &secret.Memory{}
	mustStore(t, state.NewRecords(memory, "helm-dm"), "early")
	mustStore(t, state.NewRecords(memory, "helm-dm"), "late")
	_, feed := startFeed(t, memory)
	if _, err := feed.ListAt(t.Context(), "", 1); !errors.Is(err, state.ErrExpired) {
		t.Errorf("a list from before the feed began: %v, want ErrExpired", err)
	}
	if _, _, _, err := feed.After(1); !errors.Is(err, state.ErrExpired) {
		t.Errorf("events from before the feed began: %v, want ErrExpired", err)
	}
	if _, err := feed.ListAt(t.Context(), "", 1_000_000); !errors.Is(err, state.ErrAhead) {
		t.Errorf("a list from the future: %v, want ErrAhead", err)
	}
	if _, _, err := feed.Current(t.Context(), "", 1_000_000); !errors.Is(err, state.ErrAhead) {
		t.Errorf("a current list from the future: %v, want ErrAhead", err)
	}
}

func TestFeedForgetsSlowly(t *testing.T) {
	t.Parallel()
	records, feed := startFeed(t, &secret.Memory{})
	r := mustStore(t, records, "a")
	_, start := current(t, feed)
	for i := range int64(9000) {
		var err error
		r.Generation = i
		if r, err = records.Update(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	_, end := current(t, feed)
	if _, _, _, err := feed.After(start); !errors.Is(err, state.ErrExpired) {
		t.Errorf("9,000 events later: %v, want ErrExpired", err)
	}
	if events, _, _, err := feed.After(end - 100); err != nil || len(events) != 100 {
		t.Errorf("the last 100 events: %d, %v", len(events), err)
	}
}
