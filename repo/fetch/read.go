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
