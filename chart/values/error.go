package values

import "github.com/helm-dm/helm-dm/chart/fault"

// ErrInvalid is matched by every error that a text or a path is to blame for.
const ErrInvalid = fault.ErrInvalid
