package render

import (
	"context"
	"fmt"
	"strings"

	"github.com/helm-dm/helm-dm/render/function"
)

// gate lets the output of one template pass until its room or the context ends.
type gate struct {
	ctx   context.Context //nolint:containedctx // text/template hands a Writer no other
	room  int64
	limit int64 // what the room is a part of
}

// admit says whether more bytes may follow those there are.
func (g *gate) admit(there, more int) error {
	if g.ctx.Err() != nil {
		return context.Cause(g.ctx)
	}
	if int64(there)+int64(more) > g.room {
		return &function.Excess{Budget: "output", Limit: fmt.Sprintf("%d bytes", g.limit)}
	}
	return nil
}

// page takes what a file becomes.
type page struct {
	gate
	text strings.Builder
}

func (p *page) Write(b []byte) (int, error) {
	if err := p.admit(p.text.Len(), len(b)); err != nil {
		return 0, err
	}
	return p.text.Write(b)
}

// sink takes what include or tpl returns. It is used again and again.
type sink struct {
	gate
	bytes []byte
}

func (s *sink) Write(b []byte) (int, error) {
	if err := s.admit(len(s.bytes), len(b)); err != nil {
		return 0, err
	}
	s.bytes = append(s.bytes, b...)
	return len(b), nil
}
