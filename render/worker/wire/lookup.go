package wire

import (
	"encoding/json"
	"fmt"
)

// Question is what a template asks with lookup.
type Question struct {
	APIVersion string
	Kind       string
	Namespace  string
	Name       string
}

// check refuses what is no name of anything, of whatever length.
func (q Question) check() error {
	for _, name := range []string{q.APIVersion, q.Kind, q.Namespace, q.Name} {
		if len(name) > maxName {
			return fmt.Errorf("%w: a lookup of a name of %d bytes, at most %d", ErrFrame, len(name), maxName)
		}
	}
	return nil
}

// EncodeLookup makes the frame that asks.
func EncodeLookup(q Question) (Frame, error) {
	if err := q.check(); err != nil {
		return Frame{}, err
	}
	return frame(Lookup, q)
}

// DecodeLookup reads that frame.
func DecodeLookup(f Frame) (Question, error) {
	var q Question
	if err := f.read(Lookup, 0, &q); err != nil {
		return Question{}, err
	}
	return q, q.check()
}

// refusal is the head of Found: empty, or why there is no answer.
type refusal struct{ Text string }

// EncodeFound makes the answer: an object, or nil for none. Integers and
// floating-point numbers stay what they are.
func EncodeFound(object map[string]any) (Frame, error) {
	var data []byte
	if object != nil {
		encoded, err := json.Marshal(exact(object))
		if err != nil {
			return Frame{}, fmt.Errorf("%w: %w", ErrFrame, err)
		}
		data = encoded
	}
	return frame(Found, refusal{}, data)
}

// EncodeRefused makes the answer of a lookup that failed.
func EncodeRefused(why error) (Frame, error) {
	return frame(Found, refusal{Text: short(why.Error())}, nil)
}

// DecodeFound reads the answer. A lookup that failed yields a *Refused.
func DecodeFound(f Frame) (map[string]any, error) {
	var head refusal
	if err := f.read(Found, 1, &head); err != nil {
		return nil, err
	}
	if head.Text != "" {
		return nil, &Refused{head.Text}
	}
	if len(f.Parts[0]) == 0 {
		return nil, nil
	}
	return decodeExact(f.Parts[0])
}

// Refused is the failure of a lookup, as templates see it.
type Refused struct{ text string }

func (r *Refused) Error() string { return r.text }
