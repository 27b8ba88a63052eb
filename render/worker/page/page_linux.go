package page

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// descriptor is the first one beyond the standard three.
const descriptor = 3

// New makes a page, which the worker is to have as its first extra file.
func New() (*os.File, error) {
	fd, err := unix.MemfdCreate("template", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("making a page for a render worker: %w", err)
	}
	f := os.NewFile(uintptr(fd), "template")
	if err := f.Truncate(size); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("making a page for a render worker: %w", err)
	}
	return f, nil
}

// Open maps, in the worker, the page it was started with.
func Open() (Page, error) {
	memory, err := unix.Mmap(descriptor, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("mapping the page of a render worker: %w", err)
	}
	return memory, unix.Close(descriptor)
}

// Read returns the path that was written last. It reads rather than maps the
// page: whoever shares it may have cut it off.
func Read(f *os.File) string {
	content := make([]byte, size)
	n, err := f.ReadAt(content, 0)
	if n == 0 && err != nil {
		return ""
	}
	return text(content[:n])
}
