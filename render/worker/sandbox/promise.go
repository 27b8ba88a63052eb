package sandbox

// What a confined process is promised to lack, in the words of the report.
const (
	memoryBound = "a bound on memory"
	noFiles     = "no files"
	noNetwork   = "no network"
	noPrograms  = "no other programs"
)
