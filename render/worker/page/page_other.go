//go:build !linux

package page

import "os"

// New makes no page.
func New() (*os.File, error) { return nil, nil }

// Open maps no page.
func Open() (Page, error) { return nil, nil }

// Read knows of no template.
func Read(*os.File) string { return text(nil) }
