package wire

import (
	"errors"
	"strings"
	"unicode"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/render"
)

// maxText bounds the text of an error, and maxName that of a name or a path, in
// bytes.
const (
	maxText = 64 << 10
	maxName = 4096
)

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
	out := &remote{text: clean(head.Text, maxText)}
	if p := head.Place; p != nil {
		at := &render.Error{
			Chart: clean(p.Chart, maxName), Template: clean(p.Template, maxName),
			Line: p.Line, Column: p.Column, Message: clean(p.Message, maxText),
		}
		if head.Refused {
			at.Err = refused
		}
		out.kinds = append(out.kinds, at)
	}
	if b := head.Budget; b != nil {
		out.kinds = append(out.kinds, &render.BudgetError{
			Chart: clean(b.Chart, maxName), Template: clean(b.Template, maxName),
			Budget: clean(b.Budget, maxName), Limit: clean(b.Limit, maxName),
		})
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

// short cuts a text to what an error may have.
func short(text string) string { return cut(text, maxText) }

// cut cuts a text to so many bytes, between characters.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most-len("…")], "") + "…"
}

// clean is cut, without the control characters that terminals and logs obey.
func clean(text string, most int) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, cut(text, most))
}
