package state

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/helm-dm/helm-dm/chart"
)

// Release is one revision in Helm's release format (S40), as Helm 3 and Helm 4
// read and write it. Of the chart, templates and files are left out: Helm needs
// metadata, values and schema alone to upgrade and roll back.
type Release struct {
	Name  string       `json:"name"`
	Info  ReleaseInfo  `json:"info"`
	Chart ReleaseChart `json:"chart"`
	// Config is what the user supplied, a JSON object; nil for nothing.
	Config      json.RawMessage `json:"config,omitempty"`
	Manifest    string          `json:"manifest"`
	Hooks       []ReleaseHook   `json:"hooks,omitempty"`
	Version     int             `json:"version"`
	Namespace   string          `json:"namespace"`
	ApplyMethod string          `json:"apply_method,omitempty"` // "ssa": server-side apply
}

// ReleaseInfo is what changes of a revision after it was made.
type ReleaseInfo struct {
	FirstDeployed time.Time `json:"first_deployed"`
	LastDeployed  time.Time `json:"last_deployed"`
	Deleted       string    `json:"deleted"` // a time, or empty
	Description   string    `json:"description,omitempty"`
	Status        string    `json:"status"`
	Notes         string    `json:"notes,omitempty"`
}

// ReleaseChart is what is kept of the chart.
type ReleaseChart struct {
	Metadata  *chart.Metadata `json:"metadata"`
	Lock      *chart.Lock     `json:"lock"`
	Templates []chart.File    `json:"templates"`
	Values    json.RawMessage `json:"values"` // the defaults, a JSON object
	Schema    []byte          `json:"schema"`
	Files     []chart.File    `json:"files"`
}

// ReleaseHook is a hook that belongs to the release.
type ReleaseHook struct {
	Name              string   `json:"name,omitempty"`
	Kind              string   `json:"kind,omitempty"`
	Path              string   `json:"path,omitempty"`
	Manifest          string   `json:"manifest,omitempty"`
	Events            []string `json:"events,omitempty"`
	LastRun           struct{} `json:"last_run"`
	Weight            int      `json:"weight,omitempty"`
	DeletePolicies    []string `json:"delete_policies,omitempty"`
	OutputLogPolicies []string `json:"output_log_policies,omitempty"`
}

// Statuses of a release (S41).
const (
	StatusPendingInstall = "pending-install"
	StatusDeployed       = "deployed"
	StatusFailed         = "failed"
)

// Digest is sha256:HEX over the payload of the release's Secret. The record knows
// a revision by it.
func (r *Release) Digest() (string, error) {
	payload, err := encodeRelease(r)
	if err != nil {
		return "", err
	}
	return digestOf(payload), nil
}

func digestOf(payload []byte) string {
	sum := sha256.Sum256(payload)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// encodeRelease returns the payload of a release Secret: base64 of gzip of JSON.
func encodeRelease(r *Release) ([]byte, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encoding revision %d of %q: %w", r.Version, r.Namespace+"/"+r.Name, err)
	}
	var b bytes.Buffer
	text := base64.NewEncoder(base64.StdEncoding, &b)
	w, err := gzip.NewWriterLevel(text, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if err := text.Close(); err != nil {
		return nil, err
	}
	if b.Len() > maxPayload {
		return nil, fmt.Errorf("encoding revision %d of %q: %w: %d bytes, at most %d fit into a Secret",
			r.Version, r.Namespace+"/"+r.Name, ErrPayload, b.Len(), maxPayload)
	}
	return b.Bytes(), nil
}

// decodeRelease reads such a payload. Only one that has a digest that is known may
// come here: forged ones can take a thousand times their size in memory.
func decodeRelease(payload []byte) (*Release, error) {
	data, err := inflate(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(payload)))
	if err != nil {
		return nil, err
	}
	r := &Release{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, err
	}
	return r, nil
}
