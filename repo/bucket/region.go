package bucket

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// anyRegion is what stores without regions are content with.
const anyRegion = "us-east-1"

var (
	regionPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	hostPattern   = regexp.MustCompile(`^s3[.-]([a-z0-9-]+)\.`) // as in s3.eu-central-1.example.com
)

// amazon opens the bucket of an s3 location, at Amazon or at a host of its own.
func amazon(site fetch.Site) func(context.Context) (*store, error) {
	l := site.Location
	bucket, prefix, _ := strings.Cut(l.Path(), "/")
	if prefix != "" {
		prefix += "/"
	}
	return func(ctx context.Context) (*store, error) {
		region, err := regionOf(ctx, site, bucket)
		if err != nil {
			return nil, err
		}
		p := place{bucket: bucket, prefix: prefix, region: region}
		if l.Host() != "" {
			p.endpoint = l.Origin().String()
		}
		return openS3(ctx, site, p)
	}
}

// regionOf asks a store for the region of a bucket, for which signatures are
// made: any answer to anybody tells it at Amazon. Others are content with what
// their host's name says.
func regionOf(ctx context.Context, site fetch.Site, bucket string) (string, error) {
	l := site.Location
	doing := "looking for " + l.String()
	c, err := client(site, l.Origin())
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, l.Origin().String()+"/"+bucket, nil)
	if err != nil {
		return "", fetch.Explain(doing, err)
	}
	response, err := c.Do(request)
	if err != nil {
		return "", fetch.Explain(doing, err)
	}
	_ = response.Body.Close() // an answer to HEAD has none
	told := response.Header.Get("X-Amz-Bucket-Region")
	switch {
	case len(told) <= 64 && regionPattern.MatchString(told):
		return told, nil
	case response.StatusCode >= http.StatusInternalServerError && response.StatusCode != http.StatusNotImplemented:
		return "", fetch.Status(doing, response)
	case l.Host() == "" && response.StatusCode == http.StatusNotFound:
		return "", repo.Fail(repo.ErrNotFound, "%s: %w", doing, errNoBucket)
	}
	if host := hostPattern.FindStringSubmatch(l.Host()); host != nil {
		return host[1], nil
	}
	return anyRegion, nil
}
