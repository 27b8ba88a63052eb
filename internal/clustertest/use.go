package clustertest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// replicas of the manager run side by side, so that tests meet either.
const replicas = 2

// home is the folder of the shared cluster and of the locks that guard it: turn
// is held while somebody starts or stops the cluster, users is shared by all who
// use it.
type home struct {
	bin string
	dir string
}

// findHome returns the folder for the programs at hand: a private one, the same
// for every process that tests these.
func findHome() (home, error) {
	bin, err := findBin()
	if err != nil {
		return home{}, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return home{}, fmt.Errorf("choosing the folder of the tests' cluster: %w", err)
	}
	sum := sha256.Sum256([]byte(bin))
	h := home{bin, filepath.Join(cache, "helm-dm-test", hex.EncodeToString(sum[:6]))}
	return h, os.MkdirAll(h.dir, 0o700)
}

func (h home) cluster() string    { return filepath.Join(h.dir, "cluster") }
func (h home) kubeconfig() string { return filepath.Join(h.dir, "kubeconfig") }

// acquire makes sure that the cluster runs for as long as the returned lock is
// held. Give it back with release.
func (h home) acquire(ctx context.Context) (*lock, error) {
	turn, err := waitLock(ctx, filepath.Join(h.dir, "turn"))
	if err != nil {
		return nil, err
	}
	users, err := openLock(filepath.Join(h.dir, "users"))
	if err != nil {
		return nil, errors.Join(err, turn.close())
	}
	first, err := users.alone()
	if first {
		err = h.start(ctx)
	}
	if err == nil {
		_, err = users.share() // nobody else tries to be alone: it is our turn
	}
	if err != nil {
		return nil, errors.Join(err, users.close(), turn.close())
	}
	return users, turn.close()
}

// start replaces whatever an earlier run left behind. Where it fails, or ctx
// ends, nothing is left running.
func (h home) start(ctx context.Context) error {
	if err := h.stop(ctx); err != nil {
		return err
	}
	if err := os.RemoveAll(h.kubeconfig()); err != nil {
		return err
	}
	err := h.local(ctx, "up", "--replicas", strconv.Itoa(replicas))
	if err != nil {
		err = errors.Join(err, h.stop(ctx))
	}
	return err
}

// stop goes on when ctx ends.
func (h home) stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	return h.local(ctx, "down", "--purge")
}

// release gives up the use of the cluster, and stops it if that was the last.
func (h home) release(ctx context.Context, users *lock) error {
	turn, err := waitLock(ctx, filepath.Join(h.dir, "turn"))
	if err != nil {
		return errors.Join(err, users.close())
	}
	last, err := users.alone()
	if last {
		err = h.stop(ctx)
	}
	return errors.Join(err, users.close(), turn.close())
}

func (h home) local(ctx context.Context, verb string, args ...string) error {
	args = append([]string{"local", verb, "--dir", h.cluster(), "--kubeconfig", h.kubeconfig()}, args...)
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, filepath.Join(h.bin, "helm"), args...)
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // lets it put things in order
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("running helm local %s: %w\n%s", verb, err, said.Bytes())
	}
	return nil
}
