package wire

import (
	"errors"
	"strings"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/render"
)

// maxText bounds the text of an error, in bytes.
const maxText = 64 << 10

// failure is the head of Failed.
type failure struct {
	Text     string
	Invalid  bool // it matches chart.ErrInvalid
	TooLarge bool // it matches chart.ErrTooLarge
	Refused  bool // a lookup was the cause
	Place    *place
	Budget   *render.BudgetError
}

// place is a *render.Error.
type place struct {
	Chart, Template string
	Line, Column    int
	Message         string
}

// EncodeFailed makes the frame that tells why a job failed.
func EncodeFailed(err error) (Frame, error) {
	head := failure{
		Text:    short(err.Error()),
		Invalid: errors.Is(err, chart.ErrInvalid), TooLarge: errors.Is(err, chart.ErrTooLarge),
	}
	if at := (*render.Error)(nil); errors.As(err, &at) {
		head.Place = &place{at.Chart, at.Template, at.Line, at.Column, short(at.Message)}
	}
	errors.As(err, &head.Budget)
	asked := (*Refused)(nil)
	head.Refused = errors.As(err, &asked)
	return frame(Failed, head)
}

// DecodeFailed reads that frame. The error has the text of the worker's and is
// of the same kinds: it matches chart.ErrInvalid and chart.ErrTooLarge, and is a
// *render.Error or a *render.BudgetError, as that did; where a lookup was the
// cause, it also is that lookup's error, refused.
func DecodeFailed(f Frame, refused error) (told, malformed error) {
	var head failure
	if err := f.read(Failed, 0, &head); err != nil {
		return nil, err
	}
	out := &remote{text: head.Text}
	if p := head.Place; p != nil {
		at := &render.Error{Chart: p.Chart, Template: p.Template, Line: p.Line, Column: p.Column, Message: p.Message}
		if head.Refused {
			at.Err = refused
		}
		out.kinds = append(out.kinds, at)
	}
	if head.Budget != nil {
		out.kinds = append(out.kinds, head.Budget)
	}
	if head.Refused && refused != nil {
		out.kinds = append(out.kinds, refused)
	}
	if head.Invalid {
		out.kinds = append(out.kinds, chart.ErrInvalid)
	}
	if head.TooLarge {
		out.kinds = append(out.kinds, chart.ErrTooLarge)
	}
	return out, nil
}

// remote is an error of a worker.
type remote struct {
	text  string
	kinds []error
}

func (r *remote) Error() string { return r.text }

func (r *remote) Unwrap() []error { return r.kinds }

// short cuts a text to what an error may have, between characters.
func short(text string) string {
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(text[:maxText-len("…")], "") + "…"
}
