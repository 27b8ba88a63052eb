package fetch

import (
	"io"

	"github.com/helm-dm/helm-dm/repo"
)

// Read reads a body of at most so many bytes; a larger one is an error that
// matches repo.ErrTooLarge. It does not close the body.
func Read(body io.Reader, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(body, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > most {
		return nil, repo.Fail(repo.ErrTooLarge, "it is larger than %d bytes", most)
	}
	return data, nil
}

// Bound returns a reader of at most so many bytes, which fails behind them with an
// error that matches repo.ErrTooLarge, where io.LimitReader ends as if that were
// all.
func Bound(body io.Reader, most int64) io.Reader { return &bound{body, most, most} }

type bound struct {
	from io.Reader
	left int64
	most int64
}

func (b *bound) Read(p []byte) (int, error) {
	n, err := b.from.Read(p[:min(int64(len(p)), b.left+1)])
	if b.left -= int64(n); b.left < 0 {
		b.left = 0
		return n - 1, repo.Fail(repo.ErrTooLarge, "it is larger than %d bytes", b.most)
	}
	return n, err
}
