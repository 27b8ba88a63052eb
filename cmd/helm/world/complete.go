package world

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// completeTime bounds what a shell waits for a completion.
const completeTime = 3 * time.Second

// Complete completes arguments, at most so many of them (below zero is no bound),
// by what find knows: those that begin as typed and were not given yet. A cluster
// that does not answer knows none.
func (w *World) Complete(most int, find func(ctx context.Context, s *Session, typed string) ([]string, error)) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if most >= 0 && len(args) >= most {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		s, err := w.Open()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		ctx, cancel := context.WithTimeout(cmd.Context(), completeTime)
		defer cancel()
		known, err := find(ctx, s, typed)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return slices.DeleteFunc(known, func(one string) bool {
			return !strings.HasPrefix(one, typed) || slices.Contains(args, one)
		}), cobra.ShellCompDirectiveNoFileComp
	}
}
