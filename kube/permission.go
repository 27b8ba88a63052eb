package kube

import "strings"

// Permission is something that one may or may not do.
type Permission struct {
	Verb        string
	Group       string
	Resource    string
	Subresource string
	Namespace   string // empty for resources of the whole cluster
	Name        string // empty for any
}

// String reads like kubectl's refusals: create deployments.apps in "prod".
func (p Permission) String() string {
	var b strings.Builder
	b.WriteString(p.Verb + " " + p.Resource)
	if p.Group != "" {
		b.WriteString("." + p.Group)
	}
	if p.Subresource != "" {
		b.WriteString("/" + p.Subresource)
	}
	if p.Name != "" {
		b.WriteString(` "` + p.Name + `"`)
	}
	if p.Namespace != "" {
		b.WriteString(` in namespace "` + p.Namespace + `"`)
	}
	return b.String()
}
