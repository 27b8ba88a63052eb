package main

import (
	"context"
	"errors"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

// version is set by the linker alone: -ldflags "-X main.version=v1.2.3".
var version string

type versionOptions struct {
	client bool
}

// versions is the answer in JSON.
type versions struct {
	Client     clientInfo   `json:"client"`
	Manager    *managerInfo `json:"manager,omitempty"`
	Kubernetes *kubeInfo    `json:"kubernetes,omitempty"`
}

type clientInfo struct {
	Version  string `json:"version"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

type managerInfo struct {
	// APIVersion is the newest that the manager and this program share.
	APIVersion string `json:"apiVersion"`
}

type kubeInfo struct {
	Version string `json:"version"`
}

func newVersion(w *world.World) *cobra.Command {
	o := &versionOptions{}
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Show the versions of client, manager and cluster",
		Example: "  helm version --client",
		Args:    world.Wants(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.run(cmd.Context(), w)
		},
	}
	o.AddFlags(cmd.Flags())
	return cmd
}

// AddFlags declares the flags.
func (o *versionOptions) AddFlags(flags *pflag.FlagSet) {
	flags.BoolVar(&o.client, "client", false, "this program's version alone")
}

// run tells what it can find out, also where something does not answer.
func (o *versionOptions) run(ctx context.Context, w *world.World) error {
	format, err := w.Format(world.FormatJSON, world.FormatYAML)
	if err != nil {
		return err
	}
	all := versions{Client: clientInfo{clientVersion(), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}}
	if !o.client {
		err = all.ask(ctx, w)
	}
	if format != world.FormatText {
		return errors.Join(w.Print(format, all), err)
	}
	w.Screen.Answer("Client: %s", all.Client.Version)
	if all.Manager != nil {
		w.Screen.Answer("Manager: %s", all.Manager.APIVersion)
	}
	if all.Kubernetes != nil {
		w.Screen.Answer("Kubernetes: %s", all.Kubernetes.Version)
	}
	return err
}

// ask fills in what the cluster says, and returns what it does not.
func (v *versions) ask(ctx context.Context, w *world.World) error {
	s, err := w.Open()
	if err != nil {
		return err
	}
	ctx, cancel := w.Limited(ctx)
	defer cancel()
	info, err := s.Kubernetes(ctx)
	if err != nil {
		return err
	}
	v.Kubernetes = &kubeInfo{info.GitVersion}
	served, err := s.Served(ctx)
	if err != nil {
		return err
	}
	v.Manager = &managerInfo{served.GroupVersion}
	return nil
}

// clientVersion is the linker's, else that of the module if it was built as a
// dependency (go install …@v1.2.3).
func clientVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}
