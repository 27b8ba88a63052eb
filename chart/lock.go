package chart

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/helm-dm/helm-dm/chart/fault"
)

// Lock is the content of Chart.lock: the exact versions that a range resolved to.
type Lock struct {
	Generated    time.Time     `json:"generated"`
	Digest       string        `json:"digest"`
	Dependencies []*Dependency `json:"dependencies"`
}

// Lock returns a copy of Chart.lock (requirements.lock in v1 charts), nil when
// absent.
func (c *Chart) Lock() *Lock {
	if c.lock == nil {
		return nil
	}
	return &Lock{c.lock.Generated, c.lock.Digest, cloneDependencies(c.lock.Dependencies)}
}

// CheckLock reports that the lock is not the one of the dependencies that the
// chart declares, or not of those that it lists itself. A chart without a lock is
// in order.
func (c *Chart) CheckLock() error {
	if c.lock == nil {
		return nil
	}
	declared := c.metadata.Dependencies
	if c.lock.Digest == lockDigest([2][]*Dependency{declared, c.lock.Dependencies}) {
		return nil
	}
	if c.metadata.APIVersion == "v1" && c.lock.Digest == lockDigest(helm2Requirements{declared}) { // of Helm 2
		return nil
	}
	return fault.Invalid("the lock of chart %q is out of sync with the dependencies that it declares: resolve them again", c.Name())
}

// LockDigest is the digest that a lock has for the dependencies declared and the
// exact ones that they were resolved to.
func LockDigest(declared, locked []*Dependency) string {
	return lockDigest([2][]*Dependency{declared, locked})
}

func lockDigest(of any) string {
	text, err := json.Marshal(of)
	if err != nil { // import-values came from YAML, so that it has a JSON form
		return ""
	}
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// helm2Requirements is what Helm 2 made the digest of.
type helm2Requirements struct {
	Dependencies []*Dependency `json:"dependencies"`
}
