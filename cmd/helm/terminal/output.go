package terminal

import (
	"fmt"
	"io"
)

// Output passes on what is written to it, and keeps the first error for those
// who cannot ask each time. It is for one goroutine.
type Output struct {
	To  io.Writer
	Err error // nil as long as all went well
}

// Write implements io.Writer. After a failure nothing more is passed on.
func (o *Output) Write(text []byte) (int, error) {
	if o.Err != nil {
		return 0, o.Err
	}
	n, err := o.To.Write(text)
	if err != nil {
		o.Err = fmt.Errorf("writing the answer: %w", err)
	}
	return n, o.Err
}
