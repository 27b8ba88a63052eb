package process

import (
	"io"
	"os"
	"strings"
)

// tailBytes bounds how much of a log Tail reads.
const tailBytes = 16 << 10

// Tail returns the last lines, at most n, of the process's log; nothing when it cannot be read.
func (t Table) Tail(name string, n int) []string {
	f, err := os.Open(t.Log(name))
	if err != nil {
		return nil
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > tailBytes {
		if _, err := f.Seek(-tailBytes, io.SeekEnd); err != nil {
			return nil
		}
	}
	data, err := io.ReadAll(io.LimitReader(f, tailBytes))
	if err != nil {
		return nil
	}
	text := strings.TrimSpace(string(data))
	if text == "" {
		return nil
	}
	lines := strings.Split(text, "\n")
	return lines[max(0, len(lines)-n):]
}
