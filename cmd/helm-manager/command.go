package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/client-go/metadata"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/kube/account"
	"github.com/helm-dm/helm-dm/manager"
	"github.com/helm-dm/helm-dm/manager/operation"
	"github.com/helm-dm/helm-dm/render/worker"
	"github.com/helm-dm/helm-dm/server"
	"github.com/helm-dm/helm-dm/state"
	"github.com/helm-dm/helm-dm/state/secret"
)

// impersonator is the service account that may impersonate and nothing else.
const impersonator = "helm-impersonator"

type options struct {
	server  *server.Options
	replica string
	lease   time.Duration
	render  rendering
	charts  sourcing
}

func newCommand(ctx context.Context) *cobra.Command {
	o := &options{server: server.NewOptions(), replica: replicaName(), lease: 15 * time.Second, render: newRendering(), charts: newSourcing()}
	cmd := &cobra.Command{
		Use:           "helm-manager",
		Short:         "Deploy charts from the server side, as the caller",
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(*cobra.Command, []string) error { return o.run(ctx) },
	}
	o.server.AddFlags(cmd.Flags())
	cmd.Flags().StringVar(&o.replica, "replica", o.replica, "name of this process among its replicas")
	cmd.Flags().DurationVar(&o.lease, "lease", o.lease, "how long a silent replica keeps its operations")
	o.render.addFlags(cmd.Flags())
	o.charts.addFlags(cmd.Flags())
	return cmd
}

// replicaName is a DNS label that no other process has.
func replicaName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "helm-manager"
	}
	host, _, _ = strings.Cut(strings.ToLower(host), ".")
	return fmt.Sprintf("%.40s-%s", host, strings.ToLower(rand.Text()[:8]))
}

func (o *options) validate() error {
	var lease error
	if o.lease < time.Second {
		lease = fmt.Errorf("--lease %s: at least 1s is needed to renew it", o.lease)
	}
	return errors.Join(lease, o.render.validate(), o.charts.validate(), o.server.Validate())
}

// run wires the manager and serves it. The two identities part here: books is
// the manager's own account, impersonate the only way to a chart's cluster.
func (o *options) run(ctx context.Context) error {
	if err := o.validate(); err != nil {
		return err
	}
	cfg, err := o.server.ClientConfig()
	if err != nil {
		return err
	}
	cfg.UserAgent = "helm-manager"
	books, err := account.New(cfg)
	if err != nil {
		return err
	}
	md, err := metadata.NewForConfig(account.Unlimited(cfg))
	if err != nil {
		return fmt.Errorf("connecting as the manager: %w", err)
	}
	discovery, err := kube.NewDiscovery(cfg)
	if err != nil {
		return err
	}
	impersonate := kube.NewImpersonator(cfg, books.Tokens(v1alpha1.SystemNamespace, impersonator), discovery)
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	workers := worker.New(o.render.config(logger))
	secrets := secret.NewCluster(books.Client(), md)
	m := manager.New(manager.Config{
		Replica:         o.replica,
		As:              func(id kube.Identity) (operation.Cluster, error) { return impersonate.As(id) },
		Reviewer:        books,
		Sources:         o.charts.sources(secrets, books, workers, logger),
		Renderer:        workers,
		Namespace:       books.Namespace,
		Secrets:         secrets,
		Holders:         state.NewClusterHolders(books.Client(), v1alpha1.SystemNamespace),
		SystemNamespace: v1alpha1.SystemNamespace,
		Logger:          logger,
		Lease:           o.lease,
	})
	s, err := server.New(ctx, o.server, books.Client(), m)
	if err != nil {
		return err
	}
	return alongside(ctx, workers.Run, s.Run)
}

// alongside runs work, with a service that is there before it begins and until
// after it has ended.
func alongside(ctx context.Context, service func(context.Context), work func(context.Context) error) error {
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	wg.Go(func() { service(serving) })
	return work(ctx)
}
