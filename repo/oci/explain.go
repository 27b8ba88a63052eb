package oci

import (
	"context"
	"errors"
	"net/http"

	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/errcode"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// explain says what an error of the library means for what was being done. Its
// own text is not told: it quotes addresses with their queries, and what arrived.
func explain(doing string, err error) error {
	known, answered := (*repo.Error)(nil), (*errcode.ErrorResponse)(nil)
	is := func(targets ...error) bool {
		for _, target := range targets {
			if errors.Is(err, target) {
				return true
			}
		}
		return false
	}
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known), is(context.Canceled, context.DeadlineExceeded):
		return fetch.Explain(doing, err)
	case errors.As(err, &answered):
		return fetch.Status(doing, &http.Response{StatusCode: answered.StatusCode})
	case is(errdef.ErrNotFound):
		return fetch.Status(doing, &http.Response{StatusCode: http.StatusNotFound})
	case is(auth.ErrBasicCredentialNotFound):
		return fetch.Status(doing, &http.Response{StatusCode: http.StatusUnauthorized})
	case is(errdef.ErrSizeExceedsLimit, errdef.ErrTooManyPages):
		return repo.Fail(repo.ErrTooLarge, "%s: the registry sends more than is taken", doing)
	case is(content.ErrMismatchedDigest, content.ErrTrailingData, content.ErrInvalidDescriptorSize):
		return repo.Fail(repo.ErrInvalid, "%s: what arrives is not what the registry promised: it has another digest or size", doing)
	}
	return repo.Fail(repo.ErrInvalid, "%s: what answers is not what a registry says", doing)
}
