package chart

import "github.com/helm-dm/helm-dm/chart/fault"

// ErrInvalid is matched by every error that the chart, or the values given to
// it, are to blame for, be the error from this package or from one below it. A
// missing chart folder or file matches fs.ErrNotExist.
const ErrInvalid = fault.ErrInvalid

// ErrTooLarge is matched, beside ErrInvalid, when one of Limits is exceeded.
const ErrTooLarge = fault.ErrTooLarge
