package wire

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/helm-dm/helm-dm/chart/parameter"
	"github.com/helm-dm/helm-dm/render/worker/job"
)

// The parts of Described, behind those of the facts.
const (
	parametersPart = factsParts + iota
	valuesPart
	readmePart
	commentedPart
	describedParts
)

// MaxParameters bounds the parameters of a chart as JSON, in bytes.
const MaxParameters = 16 << 20

// Bounds of how many parameters there are, and of what they decode to.
const (
	parametersCount = 50_000
	parametersItems = 16 * parametersCount
)

// EncodeDescribed makes the frame with what a chart says of itself.
func EncodeDescribed(d *job.Description) (Frame, error) {
	var head facts
	parts := head.encode(d.Facts)
	list, err := json.Marshal(d.Parameters)
	if err != nil {
		return Frame{}, fmt.Errorf("%w: %w", ErrFrame, err)
	}
	if err := checkParameters(list); err != nil {
		return Frame{}, err
	}
	return frame(Described, head, append(parts, list, []byte(d.Values), []byte(d.Readme), d.Commented)...)
}

// DecodeDescribed reads that frame. The parameters hold no control character other
// than line breaks.
func DecodeDescribed(f Frame) (*job.Description, error) {
	var head facts
	if err := f.read(Described, describedParts, &head); err != nil {
		return nil, err
	}
	known, err := head.decode(f.Parts)
	if err != nil {
		return nil, err
	}
	list, err := parameters(f.Parts[parametersPart])
	if err != nil {
		return nil, err
	}
	if size := len(f.Parts[readmePart]); size > job.MaxReadme {
		return nil, fmt.Errorf("%w: a README of %d bytes", ErrFrame, size)
	}
	return &job.Description{
		Facts: known, Parameters: list,
		Values: string(f.Parts[valuesPart]), Readme: string(f.Parts[readmePart]),
		Commented: bytes.Clone(f.Parts[commentedPart]),
	}, nil
}

func checkParameters(list []byte) error {
	if len(list) > MaxParameters {
		return fmt.Errorf("%w: parameters of %d bytes, at most %d", ErrFrame, len(list), MaxParameters)
	}
	if n := items(list); n > parametersItems {
		return fmt.Errorf("%w: parameters of %d items, at most %d", ErrFrame, n, parametersItems)
	}
	return nil
}

func parameters(data []byte) ([]parameter.Parameter, error) {
	if err := checkParameters(data); err != nil {
		return nil, err
	}
	var each []json.RawMessage // so that they are counted before they take memory
	if err := json.Unmarshal(data, &each); err != nil {
		return nil, wrap(err)
	}
	if len(each) > parametersCount {
		return nil, fmt.Errorf("%w: %d parameters, at most %d", ErrFrame, len(each), parametersCount)
	}
	out := make([]parameter.Parameter, len(each))
	for i, text := range each {
		if err := json.Unmarshal(text, &out[i]); err != nil {
			return nil, wrap(err)
		}
		cleanParameter(&out[i])
	}
	return out, nil
}

// cleanParameter is clean for the texts of a parameter, whose size the frame
// bounds.
func cleanParameter(p *parameter.Parameter) {
	texts := []*string{&p.Name, &p.Type, &p.Default, &p.Effective, &p.Description, &p.Section, &p.Allowed.Range, &p.Allowed.Pattern}
	for i := range p.Allowed.Values {
		texts = append(texts, &p.Allowed.Values[i])
	}
	for _, text := range texts {
		*text = clean(*text, MaxParameters)
	}
}
