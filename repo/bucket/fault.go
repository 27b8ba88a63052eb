package bucket

import (
	"context"
	"errors"
	"net/http"
	"regexp"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// cause is why something failed, for errors.Is inside of this package.
type cause string

func (c cause) Error() string { return string(c) }

const (
	errNoBucket = cause("there is no such bucket")
	errRaced    = cause("somebody else has changed it meanwhile")
	errBusy     = cause("the store takes no more for now")
)

// wordPattern is what a store may say of a reason that is shown.
var wordPattern = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// reason is what an answer means.
type reason struct {
	kind error
	err  error
	try  string
}

// explain makes an error of a library one of ours. Of what a store says only its
// status and its word for the reason are shown. Nil stays nil.
func (s *store) explain(doing string, err error) error {
	var known *repo.Error
	status, word := 0, ""
	if err != nil && !errors.As(err, &known) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		status, word = s.dialect.answer(err)
	}
	if status == 0 {
		return fetch.Explain(doing, err)
	}
	if !wordPattern.MatchString(word) {
		word = http.StatusText(status)
	}
	r := reasonOf(status, word)
	e := repo.Fail(r.kind, "%s: %w (%d %s)", doing, r.err, status, word)
	e.Try = r.try
	return e
}

// unable says whether an error means that the store knows no conditions.
func (s *store) unable(err error) bool {
	status, _ := s.dialect.answer(err)
	return status == http.StatusNotImplemented
}

const (
	tryLogin  = "helm credential add TOKEN SECRET, then name it: helm repo add -c NAME URL"
	tryRights = "give whom the credential stands for the right to list, read and, for releasing, write the bucket"
)

func reasonOf(status int, word string) reason {
	if r, ok := reasonByWord(word); ok {
		return r
	}
	switch {
	case status < 300:
		return reason{repo.ErrInvalid, errors.New("its answer cannot be understood"), ""}
	case status == http.StatusNotModified:
		return reason{repo.ErrUnchanged, errors.New("it is what it was"), ""}
	case status == http.StatusNotFound:
		return reason{repo.ErrNotFound, errors.New("it is not there"), ""}
	case status == http.StatusUnauthorized:
		return reason{repo.ErrUnauthorized, errors.New("a credential is missing or wrong"), tryLogin}
	case status == http.StatusForbidden:
		return reason{repo.ErrUnauthorized, errors.New("the credential is missing or has too few rights"), tryRights}
	case status == http.StatusPreconditionFailed, status == http.StatusConflict:
		return reason{repo.ErrUnavailable, errRaced, ""}
	case status == http.StatusRequestEntityTooLarge:
		return reason{repo.ErrTooLarge, errors.New("the store does not take that much"), ""}
	case status == http.StatusTooManyRequests:
		return reason{repo.ErrUnavailable, errBusy, ""}
	case status == http.StatusRequestTimeout, status >= 500:
		return reason{repo.ErrUnavailable, errors.New("the store is busy or broken"), ""}
	case status >= 300 && status < 400:
		return reason{repo.ErrUnavailable, errors.New("the store sends elsewhere, where a bucket of its region is"), "name the host of the bucket's region"}
	}
	return reason{repo.ErrInvalid, errors.New("the store does not understand the request"), ""}
}

// reasonByWord knows what the stores say besides the status: S3's error codes,
// those of the services of Google, and of Azure.
func reasonByWord(word string) (reason, bool) {
	switch word {
	case "NoSuchBucket", "ContainerNotFound", "ContainerBeingDeleted":
		return reason{repo.ErrNotFound, errNoBucket, ""}, true
	case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSecurity", "AuthenticationFailed", "InvalidAuthenticationInfo", "InvalidSecretAccessKey":
		return reason{repo.ErrUnauthorized, errors.New("the credential is wrong"), tryLogin}, true
	case "RequestTimeTooSkewed", "RequestExpired":
		return reason{repo.ErrUnavailable, errors.New("the clocks of the manager and the store differ too much"), "set the clock of the manager's machine"}, true
	case "AuthorizationHeaderMalformed", "PermanentRedirect", "TemporaryRedirect", "IllegalLocationConstraintException":
		return reason{repo.ErrUnavailable, errors.New("the bucket is in another region than its host"), "name the host of the bucket's region"}, true
	case "PublicAccessNotPermitted", "AccountIsDisabled":
		return reason{repo.ErrUnauthorized, errors.New("the account permits no public access"), tryLogin}, true
	case "ConditionalRequestConflict", "BlobAlreadyExists", "ConditionNotMet":
		return reason{repo.ErrUnavailable, errRaced, ""}, true
	case "SlowDown", "ServerBusy":
		return reason{repo.ErrUnavailable, errBusy, ""}, true
	}
	return reason{}, false
}
