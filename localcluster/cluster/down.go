package cluster

import (
	"context"
	"errors"
	"io/fs"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/helm-dm/helm-dm/localcluster/file"
	"github.com/helm-dm/helm-dm/localcluster/process"
)

// Down stops the guests, then the parts, those that depend on others first. With purge it also removes the cluster's
// data, certificates and logs; a folder that is no cluster's is refused. Taking down what is down is no error.
func (c *Cluster) Down(ctx context.Context, purge bool) error {
	there, err := file.Exists(c.dir)
	if err != nil || !there {
		return err
	}
	if _, err := c.load(); err != nil {
		if errors.Is(err, fs.ErrNotExist) || (errors.Is(err, errForeign) && !purge) {
			return nil
		}
		return err
	}
	unlock, err := process.Lock(ctx, c.dir)
	if err != nil {
		return err
	}
	defer unlock()
	if err := c.stopAll(ctx); err != nil || !purge {
		return err
	}
	return c.purge()
}

func (c *Cluster) stopAll(ctx context.Context) error {
	guests, err := c.guests()
	if err != nil {
		return err
	}
	for _, guest := range guests {
		if err := c.table.Stop(ctx, guest.Name, graceTime); err != nil {
			return err
		}
	}
	for _, wave := range slices.Backward(waves()) {
		group, ctx := errgroup.WithContext(ctx)
		for _, name := range wave {
			group.Go(func() error { return c.table.Stop(ctx, name, graceTime) })
		}
		if err := group.Wait(); err != nil {
			return err
		}
	}
	return nil
}
