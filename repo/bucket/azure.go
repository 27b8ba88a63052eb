package bucket

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	azblobblob "github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"gocloud.dev/blob"
	"gocloud.dev/blob/azureblob"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// accountPattern is what Azure calls accounts. It becomes a part of a host's name.
var accountPattern = regexp.MustCompile(`^[a-z0-9]{3,24}$`)

// azure opens the container of an azblob location.
func azure(site fetch.Site) (func(context.Context) (*store, error), error) {
	l := site.Location
	origin, path := l.Origin(), l.Path()
	if l.Host() == "" {
		if site.Credential == nil {
			return nil, repo.Fail(repo.ErrInvalid, "opening repository %q: without a credential nothing says in which account the container is", l.String()).
				Mend("write azblob://ACCOUNT.blob.core.windows.net/CONTAINER, or name a credential whose TOKEN is the account")
		}
		if !accountPattern.MatchString(site.Credential.Token) {
			return nil, repo.Fail(repo.ErrInvalid, "opening repository %q: the TOKEN of its credential is not the name of a storage account", l.String())
		}
		origin.Host = site.Credential.Token + "." + origin.Host
	}
	bucket, prefix, _ := strings.Cut(path, "/")
	address := origin.String() + "/" + bucket
	if l.Plain() { // an emulator, which has the account in the path
		bucket, prefix, _ = strings.Cut(prefix, "/")
		if bucket == "" {
			return nil, repo.Fail(repo.ErrInvalid, "opening repository %q: it names no container", l.String()).
				Mend("without TLS it is azblob+http://HOST/ACCOUNT/CONTAINER")
		}
		address += "/" + bucket
	}
	if prefix != "" {
		prefix += "/"
	}
	library, err := containerAt(site, origin, address)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (*store, error) {
		b, err := azureblob.OpenBucket(ctx, library, nil)
		if err != nil {
			return nil, fetch.Explain("opening "+l.String(), err)
		}
		return &store{bucket: b, name: l.String(), prefix: prefix, bases: []string{l.String() + "/", address + "/" + prefix}, dialect: azureDialect{}}, nil
	}, nil
}

// containerAt gives the library of Azure the shared key, or no credential.
func containerAt(site fetch.Site, origin repo.Origin, address string) (*container.Client, error) {
	c, err := client(site, origin)
	if err != nil {
		return nil, err
	}
	options := &container.ClientOptions{ClientOptions: azcore.ClientOptions{
		Transport: c,
		Retry:     policy.RetryOptions{MaxRetries: -1},
		Telemetry: policy.TelemetryOptions{Disabled: true},
	}}
	if site.Credential == nil {
		library, err := container.NewClientWithNoCredential(address, options)
		return library, fetch.Explain("opening "+site.Location.String(), err)
	}
	key, err := azblob.NewSharedKeyCredential(site.Credential.Token, site.Credential.Secret.Reveal())
	if err != nil {
		return nil, repo.Fail(repo.ErrInvalid, "opening repository %q: the SECRET of its credential is not the key of a storage account", site.Location.String())
	}
	library, err := container.NewClientWithSharedKeyCredential(address, key, options)
	return library, fetch.Explain("opening "+site.Location.String(), err)
}

type azureDialect struct{}

// since asks for no condition: package blob relies on a date that Azure leaves out
// of status 304. The mark is compared when the answer is there.
func (azureDialect) since(string) func(func(any) bool) error { return nil }

func (azureDialect) mark(r *blob.Reader) string {
	var response azblobblob.DownloadStreamResponse
	if !r.As(&response) || response.ETag == nil {
		return ""
	}
	return string(*response.ETag)
}

func (azureDialect) put(ctx context.Context, b *blob.Bucket, key string, o object, when condition) error {
	options := o.options(when)
	if when.mark != "" {
		options.BeforeWrite = func(as func(any) bool) error {
			var upload *azblob.UploadStreamOptions
			if as(&upload) {
				still := azcore.ETag(when.mark)
				upload.AccessConditions = &azblobblob.AccessConditions{ModifiedAccessConditions: &azblobblob.ModifiedAccessConditions{IfMatch: &still}}
			}
			return nil
		}
	}
	return b.Upload(ctx, key, bytes.NewReader(o.data), options)
}

func (azureDialect) answer(err error) (int, string) {
	var said *azcore.ResponseError
	if !errors.As(err, &said) {
		return 0, ""
	}
	return said.StatusCode, said.ErrorCode
}
