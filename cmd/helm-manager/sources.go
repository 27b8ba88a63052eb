package main

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube/account"
	"github.com/helm-dm/helm-dm/manager/source"
	"github.com/helm-dm/helm-dm/render/worker"
	"github.com/helm-dm/helm-dm/state/secret"
)

// leastRefresh keeps repositories from being asked all the time.
const leastRefresh = 10 * time.Second

// sourcing is where charts may come from.
type sourcing struct {
	unlisted bool
	refresh  time.Duration
}

func newSourcing() sourcing { return sourcing{unlisted: true, refresh: 5 * time.Minute} }

func (o *sourcing) addFlags(fs *pflag.FlagSet) {
	fs.BoolVar(&o.unlisted, "unlisted", o.unlisted, "take charts also from repositories that no administrator added: without a credential, and from public addresses only")
	fs.DurationVar(&o.refresh, "refresh", o.refresh, "how often the repositories that administrators added are read anew")
}

func (o *sourcing) validate() error {
	if o.refresh < leastRefresh {
		return fmt.Errorf("--refresh %s: at least %s, for the sake of the repositories", o.refresh, leastRefresh)
	}
	return nil
}

// sources makes them, and has them measured.
func (o *sourcing) sources(secrets secret.Store, books *account.Account, workers *worker.Pool, logger *slog.Logger) *source.Sources {
	requests := newRequests()
	sources := source.New(source.Config{
		Secrets: secrets, Namespace: v1alpha1.SystemNamespace, Reviewer: books, Worker: workers,
		ListedOnly: !o.unlisted, Interval: o.refresh, Observer: requests, Logger: logger,
	})
	requests.register(newContents(sources.Size))
	return sources
}
