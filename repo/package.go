package repo

// Check says what keeps a package from being kept anywhere: metadata that makes no
// chart, a name that no reference can hold, or too many bytes. The error matches
// ErrInvalid or ErrTooLarge.
func (p *Package) Check() error {
	if err := p.Metadata.Validate(); err != nil {
		return Fail(ErrInvalid, "%w", err)
	}
	if !segmentPattern.MatchString(p.Metadata.Name) {
		return Fail(ErrInvalid, "the chart's name %.100q holds what no reference can", p.Metadata.Name).
			Mend("use letters, digits and any of . _ ~ + - alone")
	}
	if len(p.Data) > MaxPackage || len(p.Provenance) > MaxPackage {
		return Fail(ErrTooLarge, "package %.100q or its provenance is larger than %d bytes", p.FileName(), MaxPackage)
	}
	return nil
}
