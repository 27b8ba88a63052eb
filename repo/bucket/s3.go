package bucket

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// place is a bucket of a store that speaks S3.
type place struct {
	bucket   string
	prefix   string
	region   string
	endpoint string // of a store with a host of its own, where buckets are in the path; empty at Amazon
}

// openS3 opens a bucket at its place. The addresses at which a library of Amazon
// would look are taken from that library, so that nothing it signs goes elsewhere.
func openS3(ctx context.Context, site fetch.Site, p place) (*store, error) {
	name := site.Location.String()
	parameters := s3.EndpointParameters{Bucket: &p.bucket, Region: &p.region, ForcePathStyle: aws.Bool(p.endpoint != "")}
	if p.endpoint != "" {
		parameters.Endpoint = &p.endpoint
	}
	at, err := s3.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, parameters)
	if err != nil {
		return nil, repo.Fail(repo.ErrInvalid, "opening repository %q: no store has a bucket of that name", name)
	}
	c, err := client(site, repo.OriginOf(&at.URI))
	if err != nil {
		return nil, err
	}
	options := s3.Options{
		Region:                     p.region,
		Credentials:                identity(site.Credential),
		HTTPClient:                 c,
		UsePathStyle:               p.endpoint != "",
		Retryer:                    aws.NopRetryer{},
		Logger:                     logging.Nop{},
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired, // stores of others know no newer ones
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
		APIOptions:                 []func(*middleware.Stack) error{plain},
	}
	if p.endpoint != "" {
		options.BaseEndpoint = &p.endpoint
	}
	b, err := s3blob.OpenBucket(ctx, s3.New(options), p.bucket, nil)
	if err != nil {
		return nil, fetch.Explain("opening "+name, err)
	}
	address := strings.TrimSuffix(at.URI.String(), "/") + "/" + p.prefix
	return &store{bucket: b, name: name, prefix: p.prefix, bases: []string{name + "/", address}, dialect: s3Dialect{p.bucket}}, nil
}

func identity(c *repo.Credential) aws.CredentialsProvider {
	if c == nil {
		return aws.AnonymousCredentials{}
	}
	return credentials.NewStaticCredentialsProvider(c.Token, c.Secret.Reveal(), "")
}

// plain leaves Accept-Encoding out of what is signed: proxies in front of stores,
// those of Google among them, change it on the way.
func plain(stack *middleware.Stack) error {
	return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("PlainEncoding",
		func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
			if request, ok := in.Request.(*smithyhttp.Request); ok {
				request.Header.Del("Accept-Encoding")
			}
			return next.HandleFinalize(ctx, in)
		}), "Signing", middleware.Before)
}

type s3Dialect struct{ bucket string }

func (s3Dialect) since(mark string) func(func(any) bool) error {
	return func(as func(any) bool) error {
		var in *s3.GetObjectInput
		if as(&in) {
			in.IfNoneMatch = &mark
		}
		return nil
	}
}

func (s3Dialect) mark(r *blob.Reader) string {
	var out s3.GetObjectOutput
	if !r.As(&out) {
		return ""
	}
	return aws.ToString(out.ETag)
}

// put writes in one piece: what is written in parts has its condition checked by
// few stores.
func (d s3Dialect) put(ctx context.Context, b *blob.Bucket, key string, o object, when condition) error {
	var c *s3.Client
	if !b.As(&c) {
		return errors.New("the library has no client of S3")
	}
	in := &s3.PutObjectInput{Bucket: &d.bucket, Key: &key, Body: bytes.NewReader(o.data), ContentType: &o.media}
	if o.fresh {
		in.CacheControl = aws.String("no-cache")
	}
	if when.absent {
		in.IfNoneMatch = aws.String("*")
	}
	if when.mark != "" {
		in.IfMatch = &when.mark
	}
	_, err := c.PutObject(ctx, in)
	return err
}

func (s3Dialect) answer(err error) (int, string) {
	var response *awshttp.ResponseError
	if !errors.As(err, &response) {
		return 0, ""
	}
	var said smithy.APIError
	if errors.As(err, &said) {
		return response.HTTPStatusCode(), said.ErrorCode()
	}
	return response.HTTPStatusCode(), ""
}
