package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/operation"
)

func newDelete(w *world) *cobra.Command {
	return &cobra.Command{
		Use:               "delete NAME...",
		Aliases:           []string{"uninstall"},
		Short:             "Delete deployments and what they made",
		Example:           "  helm delete taco-tuesday taco-wednesday",
		Args:              wants(1, -1),
		ValidArgsFunction: w.completeNames,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDelete(cmd.Context(), w, args)
		},
	}
}

// runDelete goes on after a failure; the exit code is that of the first one.
func runDelete(ctx context.Context, w *world, names []string) error {
	format, err := w.format(formatName, formatJSON, formatYAML)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := checkSegment("the name", name); err != nil {
			return err
		}
	}
	s, err := w.open()
	if err != nil {
		return err
	}
	ctx, cancel := w.limited(ctx)
	defer cancel()
	first := fault.ExitDone
	for _, name := range names {
		if ctx.Err() != nil {
			break
		}
		if code := w.report(destroy(ctx, w, s, name, format)); first == fault.ExitDone {
			first = code
		}
	}
	if first != fault.ExitDone {
		return fault.Told(first)
	}
	return nil
}

func destroy(ctx context.Context, w *world, s *session, name, format string) error {
	accepted, err := s.deployments().Delete(ctx, name, metav1.DeleteOptions{})
	if err != nil {
		return about(s, name, "deleting", err)
	}
	gone, err := operation.Wait{Deployments: s.deployments()}.Run(ctx, w.screen, accepted)
	if err != nil && !errors.Is(err, client.ErrGone) {
		return err
	}
	switch format {
	case formatText:
		w.screen.Answer("Destroyed %s", name)
	case formatName:
		w.screen.Answer("%s", name)
	default:
		if gone == nil {
			gone = accepted
		}
		return w.print(format, gone)
	}
	return nil
}
