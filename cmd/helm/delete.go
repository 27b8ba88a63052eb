package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/operation"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

func newDelete(w *world.World) *cobra.Command {
	return &cobra.Command{
		Use:               "delete NAME...",
		Aliases:           []string{"uninstall"},
		Short:             "Delete deployments and what they made",
		Example:           "  helm delete taco-tuesday taco-wednesday",
		Args:              world.Wants(1, -1),
		ValidArgsFunction: completeNames(w, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDelete(cmd.Context(), w, args)
		},
	}
}

// runDelete goes on after a failure; the exit code is that of the first one.
func runDelete(ctx context.Context, w *world.World, names []string) error {
	format, err := w.Format(world.FormatName, world.FormatJSON, world.FormatYAML)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := world.CheckSegment("the name", name); err != nil {
			return err
		}
	}
	s, err := w.Open()
	if err != nil {
		return err
	}
	ctx, cancel := w.Limited(ctx)
	defer cancel()
	first := fault.ExitDone
	for _, name := range names {
		if ctx.Err() != nil {
			break
		}
		if code := w.Report(destroy(ctx, w, s, name, format)); first == fault.ExitDone {
			first = code
		}
	}
	if first != fault.ExitDone {
		return fault.Told(first)
	}
	return nil
}

func destroy(ctx context.Context, w *world.World, s *world.Session, name, format string) error {
	accepted, err := s.Here().Delete(ctx, name, metav1.DeleteOptions{})
	if err != nil {
		return about(s, name, "deleting", err)
	}
	gone, err := operation.Wait{Deployments: s.Here(), Elsewhere: w.Flags.Access.Namespace != ""}.Run(ctx, w.Screen, accepted)
	if err != nil && !errors.Is(err, client.ErrGone) {
		return err
	}
	switch format {
	case world.FormatText:
		w.Screen.Answer("Destroyed %s", name)
	case world.FormatName:
		w.Screen.Answer("%s", name)
	default:
		if gone == nil {
			gone = accepted
		}
		return w.Print(format, gone)
	}
	return nil
}
