package oci

import (
	"encoding/json"
	"time"

	"github.com/helm-dm/helm-dm/repo"
)

// metadata is what a listing tells of a chart's Chart.yaml, which a registry keeps
// as JSON.
type metadata struct {
	AppVersion  string   `json:"appVersion"`
	Description string   `json:"description"`
	Keywords    []string `json:"keywords"`
	Maintainers []struct {
		Name string `json:"name"`
	} `json:"maintainers"`
	Deprecated bool `json:"deprecated"`
}

// described returns a release with what its chart says of itself.
func described(r repo.Release, config []byte, created string) (repo.Release, error) {
	var m metadata
	if err := json.Unmarshal(config, &m); err != nil {
		return r, repo.Fail(repo.ErrInvalid, "its metadata cannot be read")
	}
	r.AppVersion, r.Description, r.Deprecated, r.Keywords = m.AppVersion, m.Description, m.Deprecated, m.Keywords
	for _, who := range m.Maintainers {
		r.Maintainers = append(r.Maintainers, who.Name)
	}
	r.Clean()
	if at, err := time.Parse(time.RFC3339, created); err == nil {
		r.Created = at.UTC()
	}
	return r, nil
}
