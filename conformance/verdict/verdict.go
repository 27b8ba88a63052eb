package verdict

import (
	"bytes"

	"github.com/helm-dm/helm-dm/conformance/program"
)

// Verdict says how ours compares with theirs.
type Verdict string

// The verdicts. All but the first four are differences, by their cause.
const (
	Identical   Verdict = "identical"            // the same bytes
	ByChance    Verdict = "identical but chance" // the same where theirs is the same twice
	SameFailure Verdict = "same failure"         // both refuse, for the same reason at the same place
	Crash       Verdict = "the oracle crashed"   // or had no end, and ours came to an orderly one
	OursFails   Verdict = "ours fails"           // and theirs does not
	TheirsFails Verdict = "theirs fails"         // and ours does not
	ErrorText   Verdict = "other failure"        // both refuse, for reasons that differ
	Order       Verdict = "order of documents"   // the documents are the same
	Whitespace  Verdict = "whitespace"           // the same without blanks and line ends
	Number      Verdict = "notation of numbers"  // the same but for how numbers are written
	Null        Verdict = "null or empty"        // the same but for null, nothing and empty
	Content     Verdict = "content"              // anything else
	Unsettled   Verdict = "differs, with chance" // theirs differs from itself, and ours from both beyond that
	Broken      Verdict = "not run to the end"   // a program did not start, or had no end
)

// All returns the verdicts in the order of a report.
func All() []Verdict {
	return []Verdict{
		Identical, ByChance, SameFailure, Crash, OursFails, TheirsFails, ErrorText,
		Order, Whitespace, Number, Null, Content, Unsettled, Broken,
	}
}

// Good says whether the verdict is that ours did the same as theirs.
func (v Verdict) Good() bool {
	return v == Identical || v == ByChance || v == SameFailure || v == Crash
}

// Judge compares what two programs did with the same arguments. again runs
// theirs once more; it is called only when that decides.
func Judge(ours, theirs program.Result, again func() (program.Result, error)) (Verdict, error) {
	switch {
	case crashed(theirs) && !crashed(ours):
		return Crash, nil
	case ours.Code != 0 && theirs.Code != 0:
		return judgeFailure(ours, theirs), nil
	case ours.Code != 0:
		return OursFails, nil
	case theirs.Code != 0:
		return TheirsFails, nil
	case bytes.Equal(ours.Stdout, theirs.Stdout):
		return Identical, nil
	}
	second, err := again()
	if err != nil {
		return Broken, err
	}
	return JudgeText(ours.Stdout, theirs.Stdout, second.Stdout), nil
}

// JudgeText compares ours, not equal to theirs, with two outputs of theirs.
func JudgeText(ours, theirs, second []byte) Verdict {
	switch {
	case bytes.Equal(theirs, second):
		return cause(string(ours), string(theirs))
	case sameButChance(string(ours), string(theirs), string(second)):
		return ByChance
	}
	return Unsettled
}

// crashed says whether a program of Go ended otherwise than it meant to.
func crashed(result program.Result) bool {
	return result.Code < 0 || result.Code == 2 && bytes.Contains(result.Stderr, []byte("\ngoroutine "))
}

func judgeFailure(ours, theirs program.Result) Verdict {
	if reasonOf(string(theirs.Stderr)).heldBy(string(ours.Stderr)) {
		return SameFailure
	}
	return ErrorText
}
