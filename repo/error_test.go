package repo_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/helm-dm/helm-dm/repo"
)

func TestError(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("refreshing: %w", repo.Fail(repo.ErrUnavailable, "reading %q: %w", "index", io.ErrUnexpectedEOF).Mend("wait for %s", "Godot"))
	if got, want := err.Error(), `refreshing: reading "index": unexpected EOF`; got != want {
		t.Errorf("the text is %s, want %s", got, want)
	}
	if !errors.Is(err, repo.ErrUnavailable) || !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, repo.ErrInvalid) {
		t.Errorf("it does not match its kind and its cause: %#v", err)
	}
	var e *repo.Error
	if !errors.As(err, &e) || e.Try != "wait for Godot" {
		t.Errorf("what mends it is lost: %#v", e)
	}
}
