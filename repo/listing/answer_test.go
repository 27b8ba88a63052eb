package listing

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/repo"
)

// What the stores answer, as their documentation has it.
const (
	answerV2 = `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <Name>bucket</Name><Prefix>charts/</Prefix><Delimiter>/</Delimiter>
  <KeyCount>3</KeyCount><MaxKeys>2</MaxKeys>
  <IsTruncated>true</IsTruncated><NextContinuationToken>1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=</NextContinuationToken>
  <Contents>
    <Key>charts/a&amp;b-1.0.0.tgz</Key><LastModified>2026-03-01T12:00:00.000Z</LastModified>
    <ETag>&quot;70ee1738b6b21e2c8a43f3a5ab0eee71&quot;</ETag><Size>434234</Size><StorageClass>STANDARD</StorageClass>
    <Owner><ID>75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a</ID><DisplayName>name</DisplayName></Owner>
  </Contents>
  <Contents><Key>charts/c-1.0.0.tgz</Key><LastModified>yesterday</LastModified><Size>much</Size></Contents>
  <CommonPrefixes><Prefix>charts/deeper/</Prefix></CommonPrefixes>
</ListBucketResult>`
	answerV1 = `<ListBucketResult><Name>bucket</Name><Prefix/><Marker/><MaxKeys>1000</MaxKeys><IsTruncated>true</IsTruncated>
<Contents><Key>b-1.0.0.tgz</Key></Contents><Contents><Key>a-1.0.0.tgz</Key></Contents></ListBucketResult>`
	answerMarked = `<ListBucketResult><IsTruncated>true</IsTruncated><NextMarker>k</NextMarker><Contents><Key>a-1.0.0.tgz</Key></Contents></ListBucketResult>`
	answerLast   = `<ListBucketResult><IsTruncated>false</IsTruncated><NextContinuationToken>x</NextContinuationToken><NextMarker>k</NextMarker></ListBucketResult>`
	answerAzure  = "\ufeff" + `<?xml version="1.0" encoding="utf-8"?>
<EnumerationResults ServiceEndpoint="https://account.blob.core.windows.net/" ContainerName="charts">
  <Prefix>team/</Prefix><Delimiter>/</Delimiter>
  <Blobs>
    <Blob><Name>team/a-1.0.0.tgz</Name><Properties><Last-Modified>Sun, 01 Mar 2026 12:00:00 GMT</Last-Modified>
      <Etag>0x8CBFF45D8A29A19</Etag><Content-Length>100</Content-Length><Content-Type>application/gzip</Content-Type></Properties></Blob>
    <BlobPrefix><Name>team/deeper/</Name></BlobPrefix>
  </Blobs>
  <NextMarker>2!72!MDAw</NextMarker>
</EnumerationResults>`
	answerAzureLast = `<EnumerationResults><Blobs/><NextMarker/></EnumerationResults>`
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		text string
		want []Object
		next url.Values
	}{
		"version 2": {answerV2, []Object{
			{Key: "charts/a&b-1.0.0.tgz", Size: 434234, Mark: `"70ee1738b6b21e2c8a43f3a5ab0eee71"`, Modified: noon},
			{Key: "charts/c-1.0.0.tgz"},
		}, url.Values{"continuation-token": {"1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM="}}},
		"version 1":          {answerV1, []Object{{Key: "b-1.0.0.tgz"}, {Key: "a-1.0.0.tgz"}}, url.Values{"marker": {"b-1.0.0.tgz"}}},
		"version 1, marked":  {answerMarked, []Object{{Key: "a-1.0.0.tgz"}}, url.Values{"marker": {"k"}}},
		"the last":           {answerLast, nil, nil},
		"Azure":              {answerAzure, []Object{{Key: "team/a-1.0.0.tgz", Size: 100, Mark: "0x8CBFF45D8A29A19", Modified: noon}}, url.Values{"marker": {"2!72!MDAw"}}},
		"the last of Azure":  {answerAzureLast, nil, nil},
		"an empty bucket":    {`<ListBucketResult/>`, nil, nil},
		"a key of two parts": {`<ListBucketResult><Contents><Key>a<!-- b -->c</Key></Contents></ListBucketResult>`, []Object{{Key: "ac"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []Object
			page, err := parse(strings.NewReader(test.text), func(o Object) error {
				got = append(got, o)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("objects (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.next, page.next); diff != "" {
				t.Errorf("the next page (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWrongAnswers(t *testing.T) {
	t.Parallel()
	lol := `<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><ListBucketResult><Contents><Key>&lol2;</Key></Contents></ListBucketResult>`
	for name, test := range map[string]struct {
		text string
		want error
	}{
		"nothing":          {"", errForeign},
		"text":             {"not found", errForeign},
		"JSON":             {`{"kind": "Status"}`, errForeign},
		"a page":           {"<!doctype html><html><head><meta charset=utf-8></head></html>", errForeign},
		"an older page":    {"<html><body><p>Hello<br></body></html>", errForeign},
		"an error":         {"<Error><Code>AccessDenied</Code></Error>", errForeign},
		"all the buckets":  {"<ListAllMyBucketsResult/>", errForeign},
		"entities":         {lol, errForeign},
		"unknown entity":   {"<ListBucketResult><Contents><Key>&lol;</Key></Contents></ListBucketResult>", repo.ErrInvalid},
		"cut short":        {"<ListBucketResult><Contents><Key>a-1.0.0.tgz</Key>", repo.ErrInvalid},
		"crossed":          {"<ListBucketResult><Contents></ListBucketResult></Contents>", repo.ErrInvalid},
		"deep":             {"<ListBucketResult>" + strings.Repeat("<a>", 100_000), repo.ErrInvalid},
		"a long name":      {"<ListBucketResult><Contents><Key>" + strings.Repeat("a", 1<<20), repo.ErrInvalid},
		"another encoding": {`<?xml version="1.0" encoding="utf-16"?><ListBucketResult/>`, errForeign},
		"no UTF-8":         {"<ListBucketResult><Contents><Key>\xff\xfe</Key></Contents></ListBucketResult>", repo.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page, err := parse(strings.NewReader(test.text), func(Object) error { return nil })
			if !errors.Is(err, test.want) {
				t.Errorf("got %v and %v, want an error that matches %q", page, err, test.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{answerV1, answerV2, answerMarked, answerLast, answerAzure, answerAzureLast} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		releases := NewReleases("")
		page, err := parse(strings.NewReader(text), releases.Add)
		if (page == nil) == (err == nil) {
			t.Fatalf("got %v and %v", page, err)
		}
		_, err = releases.Hand("", func(r repo.Release) error {
			if r.Name+"-"+r.Version+".tgz" != r.At || strings.ContainsAny(r.At, "/\\%\n\x00") {
				t.Errorf("%q became %q, %q", r.At, r.Name, r.Version)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}
