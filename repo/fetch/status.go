package fetch

import (
	"net/http"

	"github.com/helm-dm/helm-dm/repo"
)

// Status says what is wrong with an answer: nil for a status of 2xx, else an
// *repo.Error of the kind that the status means. Doing is what was tried, as
// `fetching "…"`. The body is neither read nor closed.
func Status(doing string, resp *http.Response) error {
	kind, meaning := repo.ErrInvalid, "unexpected"
	switch code := resp.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code == http.StatusNotModified:
		kind, meaning = repo.ErrUnchanged, "unchanged"
	case code == http.StatusUnauthorized:
		return answered(repo.ErrUnauthorized, doing, resp, "a credential is missing or wrong").
			Mend("helm credential add TOKEN SECRET, then name it: helm repo add -c NAME URL")
	case code == http.StatusForbidden:
		return answered(repo.ErrUnauthorized, doing, resp, "the credential is missing or has too few rights")
	case code == http.StatusNotFound, code == http.StatusGone:
		kind, meaning = repo.ErrNotFound, "it is not there"
	case code == http.StatusMethodNotAllowed, code == http.StatusNotImplemented:
		meaning = "it cannot do that"
	case code == http.StatusConflict, code == http.StatusPreconditionFailed:
		kind, meaning = repo.ErrUnavailable, "somebody else has changed it meanwhile"
	case code == http.StatusRequestEntityTooLarge:
		kind, meaning = repo.ErrTooLarge, "it does not take that much"
	case code == http.StatusRequestTimeout, code == http.StatusTooManyRequests, code >= 500:
		kind, meaning = repo.ErrUnavailable, "it is busy or broken"
	}
	return answered(kind, doing, resp, meaning)
}

func answered(kind error, doing string, resp *http.Response, meaning string) *repo.Error {
	return repo.Fail(kind, "%s: the answer is %d, %s", doing, resp.StatusCode, meaning)
}
