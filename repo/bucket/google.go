package bucket

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"cloud.google.com/go/storage"
	"gocloud.dev/blob"
	"gocloud.dev/blob/gcsblob"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// google says where the services of Google are.
type google struct {
	storage string // address of Cloud Storage
	token   string // address of what hands out access tokens
}

// open opens the bucket of a gs location. The credential says how: the key file
// of a service account, a pair of HMAC keys, which means speaking S3, or none.
func (g google) open(site fetch.Site) (func(context.Context) (*store, error), error) {
	bucket, prefix, _ := strings.Cut(site.Location.Path(), "/")
	if prefix != "" {
		prefix += "/"
	}
	if c := site.Credential; c != nil && !isKeyFile(c.Secret.Reveal()) {
		return func(ctx context.Context) (*store, error) {
			return openS3(ctx, site, place{bucket: bucket, prefix: prefix, region: anyRegion, endpoint: g.storage})
		}, nil
	}
	at, err := url.Parse(g.storage)
	if err != nil {
		return nil, err
	}
	c, err := client(site, repo.OriginOf(at))
	if err != nil {
		return nil, err
	}
	if site.Credential != nil {
		if c, err = g.account(site, c); err != nil {
			return nil, err
		}
	}
	return func(ctx context.Context) (*store, error) {
		return g.openStorage(ctx, site, c, bucket, prefix)
	}, nil
}

// openStorage opens a bucket with the library of Cloud Storage. Without the word
// that nothing is to be authenticated, it would look for credentials by itself;
// with a client and an address it uses those, whatever the environment says.
func (g google) openStorage(ctx context.Context, site fetch.Site, c *http.Client, bucket, prefix string) (*store, error) {
	name := site.Location.String()
	library, err := storage.NewClient(context.WithoutCancel(ctx), option.WithHTTPClient(c), option.WithoutAuthentication(),
		option.WithEndpoint(g.storage+"/storage/v1/"), storage.WithJSONReads(), storage.WithDisabledClientMetrics())
	if err != nil {
		return nil, fetch.Explain("opening "+name, err)
	}
	library.SetRetry(storage.WithPolicy(storage.RetryNever))
	b, err := gcsblob.OpenBucket(ctx, nil, bucket, &gcsblob.Options{Client: library})
	if err != nil {
		return nil, fetch.Explain("opening "+name, err)
	}
	address := g.storage + "/" + bucket + "/" + prefix
	return &store{bucket: b, name: name, prefix: prefix, bases: []string{name + "/", address}, dialect: googleDialect{}}, nil
}

// googleDialect recognises content by its generation.
type googleDialect struct{}

func (googleDialect) since(mark string) func(func(any) bool) error {
	return restricted(mark, func(g int64) storage.Conditions { return storage.Conditions{GenerationNotMatch: g} })
}

func restricted(mark string, of func(int64) storage.Conditions) func(func(any) bool) error {
	return func(as func(any) bool) error {
		generation, err := strconv.ParseInt(mark, 10, 64)
		var object **storage.ObjectHandle
		if err == nil && as(&object) {
			*object = (*object).If(of(generation))
		}
		return nil
	}
}

func (googleDialect) mark(r *blob.Reader) string {
	var raw *storage.Reader
	if !r.As(&raw) || raw.Attrs.Generation == 0 {
		return ""
	}
	return strconv.FormatInt(raw.Attrs.Generation, 10)
}

func (googleDialect) put(ctx context.Context, b *blob.Bucket, key string, o object, when condition) error {
	options := o.options(when)
	if when.mark != "" {
		options.BeforeWrite = restricted(when.mark, func(g int64) storage.Conditions { return storage.Conditions{GenerationMatch: g} })
	}
	return b.Upload(ctx, key, bytes.NewReader(o.data), options)
}

// options are those of an upload through package blob.
func (o object) options(when condition) *blob.WriterOptions {
	options := &blob.WriterOptions{ContentType: o.media, IfNotExist: when.absent}
	if o.fresh {
		options.CacheControl = "no-cache"
	}
	return options
}

func (googleDialect) answer(err error) (int, string) {
	var said *googleapi.Error
	switch {
	case errors.Is(err, storage.ErrBucketNotExist):
		return http.StatusNotFound, "NoSuchBucket"
	case errors.Is(err, storage.ErrObjectNotExist):
		return http.StatusNotFound, ""
	case !errors.As(err, &said):
		return refusedToken(err)
	case len(said.Errors) > 0:
		return said.Code, said.Errors[0].Reason
	}
	return said.Code, ""
}
