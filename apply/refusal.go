package apply

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// refusal gives an error of the API server its kind. The values that it quotes
// are left out, for a parameter may be among them; of what it says of a Secret
// only the fields of a wrong type are told (CVE-2025-23216).
func (c *Change) refusal(err error) error {
	said := reworded(err, valueless)
	if c.Object.GetKind() == "Secret" {
		said = reworded(err, withheld)
	}
	switch {
	case apierrors.IsConflict(err) && !apierrors.HasStatusCause(err, metav1.CauseTypeFieldManagerConflict):
		return fmt.Errorf("%w: %s; deploy again to see whose it is: %w", ErrConflict, c.overtaken(), said)
	case apierrors.IsConflict(err):
		return fmt.Errorf("%w: %w", ErrConflict, said)
	case apierrors.IsInvalid(err), apierrors.IsBadRequest(err), mistyped(err):
		return fmt.Errorf("%w: %w", ErrInvalid, said)
	}
	return said
}

// mistyped says whether a field has the wrong type, which the API server answers
// to an apply patch as an error of its own.
func mistyped(err error) bool {
	return apierrors.IsInternalError(err) && strings.Contains(err.Error(), "failed to create typed patch object")
}

// reworded is an answer of the API server in other words, of the same code and
// reason.
func reworded(err error, words func(metav1.Status) string) error {
	var answer apierrors.APIStatus
	if !errors.As(err, &answer) {
		return err
	}
	status := answer.Status()
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status:  metav1.StatusFailure,
		Code:    status.Code,
		Reason:  status.Reason,
		Message: words(status),
	}}
}

// withheld is what may be told of a Secret.
func withheld(status metav1.Status) string {
	reason := string(status.Reason)
	if reason == "" {
		reason = http.StatusText(int(status.Code))
	}
	said := fmt.Sprintf("the API server refused it as %s (its words are withheld: they may quote the Secret)", reason)
	if fields := wrongType().FindAllString(status.Message, -1); len(fields) > 0 {
		said += ": " + strings.Join(fields, ", ")
	}
	return said
}

// wrongType matches what server-side apply says of a field of another type than
// its schema has: the path and the type, without what was found.
func wrongType() *regexp.Regexp { return regexp.MustCompile(`\.[-\w.\[\]="/]+: expected \w+`) }

// valueless is what the API server said without the values that it quoted: after
// the words of a field's error, and where a field has the wrong type.
func valueless(status metav1.Status) string {
	said := status.Message
	found := regexp.MustCompile(`(?s), got &value\.valueUnstructured\{.*\}`)
	said = found.ReplaceAllString(said, "")
	quoted := regexp.MustCompile(`(?:Invalid|Unsupported|Duplicate) value: `)
	var out strings.Builder
	for {
		at := quoted.FindStringIndex(said)
		if at == nil {
			return out.String() + said
		}
		out.WriteString(said[:at[1]-len(": ")])
		said = afterValue(said[at[1]:])
	}
}

// afterValue is text without the value that it begins with: a quoted string, or
// what is printed of anything else up to the explanation behind it.
func afterValue(text string) string {
	if quoted, err := strconv.QuotedPrefix(text); err == nil {
		return text[len(quoted):]
	}
	end := strings.Index(text, ": ")
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		end = strings.LastIndex(text, ": ")
	}
	if end < 0 {
		return ""
	}
	return text[end:]
}
