// Command helm deploys charts through the manager of Helm/DM.
//
// A command is one file: a constructor, its options, and a run that is handed
// the world (streams, clock, flags, the door to the cluster). Standard output
// carries the answer alone; an error's kind decides the exit code in fault.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"

	_ "k8s.io/client-go/plugin/pkg/client/auth/oidc" // kubeconfigs may name it
	"k8s.io/klog/v2"

	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

func main() {
	// Libraries have no say on the terminal: what matters comes back as errors.
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, world.New(clientVersion()), os.Args[1:]))
}
