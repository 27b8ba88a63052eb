package progress

import (
	"fmt"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
)

// Upload shows how an upload goes, where it can change in place.
type Upload struct {
	block *terminal.Block // nil: nothing is shown
}

// NewUpload returns an Upload that suits the screen.
func NewUpload(screen *terminal.Screen) *Upload {
	if !screen.Animated() {
		return &Upload{}
	}
	return &Upload{terminal.NewBlock(screen)}
}

// See shows how many bytes have arrived, of an upload that takes more than one
// request.
func (u *Upload) See(sent, total int64) {
	if u.block != nil && total > v1alpha1.MaxPieceBytes {
		u.block.Draw([]terminal.Row{{Text: fmt.Sprintf("  %.1f of %.1f MiB", mebibytes(sent), mebibytes(total))}})
	}
}

// Close removes it from the screen.
func (u *Upload) Close() {
	if u.block != nil {
		u.block.Close()
	}
}

func mebibytes(count int64) float64 { return float64(count) / (1 << 20) }
