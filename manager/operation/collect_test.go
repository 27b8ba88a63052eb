package operation

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/state"
	"github.com/helm-dm/helm-dm/state/secret"
)

func TestCollectKeepsWhatIsWrittenDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		books := state.NewBooks(&secret.Memory{}, "helm-dm")
		r := New(Config{Books: books, Logger: slog.New(slog.DiscardHandler)})
		ctx, stop := context.WithCancel(t.Context())
		var following sync.WaitGroup
		following.Go(func() { books.Feed.Run(ctx) })
		defer following.Wait()
		defer stop()
		put := func(text string) state.Chart {
			t.Helper()
			digest := chart.Digest([]byte(text))
			if err := books.Packages.Put(t.Context(), digest, []byte(text)); err != nil {
				t.Fatal(err)
			}
			return state.Chart{Digest: digest}
		}
		fetched, revised, needed, orphan := put("fetched"), put("revised"), put("needed anew"), put("orphan")
		for _, record := range []*state.Record{
			{Key: state.Key{Namespace: "shop", Name: "a"}, Operation: state.Operation{ID: "a", Chart: &fetched}},
			{Key: state.Key{Namespace: "shop", Name: "b"}, Revisions: []state.Revision{{Number: 1, Chart: revised}}},
		} {
			if _, err := books.Records.Create(t.Context(), record); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(2 * kept)
		put("needed anew")
		if err := r.collect(t.Context()); err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]state.Chart{"fetched": fetched, "revised": revised, "needed anew": needed} {
			if _, err := books.Packages.Get(t.Context(), c.Digest); err != nil {
				t.Errorf("what is %s: %v", what, err)
			}
		}
		if _, err := books.Packages.Get(t.Context(), orphan.Digest); !apierrors.IsNotFound(err) {
			t.Errorf("what nothing refers to: %v", err)
		}
	})
}
