package server

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

func TestLogStream(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		after func() error // what happens when one line is told
		lines int
		words string
	}{
		"to the end": {func() error { return nil }, 1, ""},
		"cut short":  {func() error { return context.Canceled }, 1, "canceled"},
		"panic":      {func() error { panic("canary") }, 1, "its log says more"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &logStream{stopping: t.Context().Done(), tell: func(_ context.Context, emit func(v1alpha1.LogLine) error) error {
				if err := emit(v1alpha1.LogLine{Step: v1alpha1.StepDone}); err != nil {
					return err
				}
				return c.after()
			}}
			stream, _, _, err := s.InputStream(t.Context(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(stream)
			if lines := strings.Count(string(data), "\n"); lines != c.lines {
				t.Errorf("%d lines, want %d", lines, c.lines)
			}
			if (err != nil) != (c.words != "") || (err != nil && !strings.Contains(err.Error(), c.words)) {
				t.Errorf("ended with %v, want %q", err, c.words)
			}
		})
	}
}
