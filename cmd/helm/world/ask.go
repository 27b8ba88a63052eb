package world

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/term"
)

// asker asks at a terminal, and is nil where in is none.
func asker(in, out *os.File) func(context.Context, string) (string, error) {
	fd := int(in.Fd())
	if !term.IsTerminal(fd) {
		return nil
	}
	return func(ctx context.Context, prompt string) (string, error) {
		before, err := term.GetState(fd)
		if err != nil {
			return "", fmt.Errorf("asking at the terminal: %w", err)
		}
		_, _ = fmt.Fprint(out, prompt) // who cannot see it can type all the same
		defer func() { _, _ = fmt.Fprintln(out) }()
		type answer struct {
			text []byte
			err  error
		}
		typed := make(chan answer, 1)
		// Reading heeds no context: an interrupt leaves it behind, for the process
		// to end with, and the terminal as it was.
		go func() {
			text, err := term.ReadPassword(fd)
			typed <- answer{text, err}
		}()
		select {
		case <-ctx.Done():
			_ = term.Restore(fd, before)
			return "", ctx.Err()
		case a := <-typed:
			if a.err != nil {
				return "", fmt.Errorf("asking at the terminal: %w", a.err)
			}
			return string(a.text), nil
		}
	}
}
