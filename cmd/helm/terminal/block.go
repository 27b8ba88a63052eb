package terminal

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Tint is a colour, as the parameter of the terminal's sequence for it.
type Tint int

// The tints.
const (
	Plain  Tint = 0
	Red    Tint = 31
	Green  Tint = 32
	Yellow Tint = 33
)

// Row is one line of a block.
type Row struct {
	Text string
	Tint Tint
}

// Block is a group of lines at the bottom of a terminal that is redrawn in
// place. It is only for an animated screen and for one goroutine.
type Block struct {
	screen *Screen
	height int // lines drawn
}

// NewBlock returns an empty block.
func NewBlock(screen *Screen) *Block { return &Block{screen: screen} }

// Room is how many lines a block may have.
func (b *Block) Room() int {
	_, height := b.screen.Size()
	return max(height-2, 1)
}

// Draw replaces the block's lines. Each is cut to the terminal's width.
func (b *Block) Draw(rows []Row) {
	width, _ := b.screen.Size()
	var text strings.Builder
	b.erase(&text)
	for _, row := range rows {
		text.WriteString(b.tinted(cut(Clean(row.Text), width-1), row.Tint) + "\n")
	}
	b.height = len(rows)
	_, _ = io.WriteString(b.screen.Err, text.String())
}

// Close removes the block from the terminal.
func (b *Block) Close() {
	if b.height > 0 {
		b.Draw(nil)
	}
}

// erase leaves nothing of the block, nor of keys typed below it, which have
// moved the cursor off the first column.
func (b *Block) erase(text *strings.Builder) {
	if b.height > 0 {
		fmt.Fprintf(text, "\r\x1b[%dA\x1b[J", b.height)
	}
}

func (b *Block) tinted(text string, tint Tint) string {
	if tint == Plain || !b.screen.Color {
		return text
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", tint, text)
}

// cut shortens text to width columns. Whatever is not ASCII counts as two, as
// wide as any character gets, so that a line never wraps.
func cut(text string, width int) string {
	columns := 0
	for i, r := range text {
		if columns++; r >= utf8.RuneSelf {
			columns++
		}
		if columns > width {
			return text[:i]
		}
	}
	return text
}
