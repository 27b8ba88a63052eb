// Package verdict judges whether two programs, of which the second is always
// right, did the same: printed the same bytes, or failed for the same reason.
//
// What a chart leaves to chance (certificates, passwords, the time) differs even
// between two runs of one program. There the first must agree with everything
// that two runs of the second agree on.
package verdict
