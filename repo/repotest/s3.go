package repotest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sys/unix"

	"github.com/helm-dm/helm-dm/repo"
)

// S3Server is a store that speaks S3, without TLS.
type S3Server struct {
	address    string
	credential repo.Credential
	client     *s3.Client
}

// S3 starts a store, whose files are in a folder of the test's.
func S3(t testing.TB) *S3Server {
	t.Helper()
	at, token, secret := address(t), rand.Text(), rand.Text()
	args := []string{"--port", at, "--access", token, "--secret", secret, "--quiet", "--iam-dir", t.TempDir(), "posix"}
	files := t.TempDir()
	if err := unix.Setxattr(files, "user.test", nil, 0); err != nil {
		args = append(args, "--sidecar", t.TempDir()) // an object and its tag are then not read as one
	}
	start(t, answers(at), "versitygw", append(args, files)...)
	return &S3Server{
		address:    at,
		credential: repo.Credential{Token: token, Secret: repo.NewSecret(secret)},
		client: s3.New(s3.Options{
			Region:       "us-east-1",
			Credentials:  credentials.NewStaticCredentialsProvider(token, secret, ""),
			BaseEndpoint: aws.String("http://" + at),
			UsePathStyle: true,
		}),
	}
}

// Address is HOST:PORT.
func (s *S3Server) Address() string { return s.address }

// Credential has all rights.
func (s *S3Server) Credential() *repo.Credential {
	c := s.credential
	return &c
}

// Bucket makes a bucket.
func (s *S3Server) Bucket(t testing.TB) *S3Bucket {
	t.Helper()
	b := &S3Bucket{server: s, name: bucketName()}
	if _, err := s.client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &b.name, ObjectOwnership: types.ObjectOwnershipBucketOwnerPreferred}); err != nil {
		t.Fatalf("making a bucket: %v", err)
	}
	return b
}

// bucketName is one that nobody else has.
func bucketName() string { return "charts-" + strings.ToLower(rand.Text()) }

// S3Bucket is a bucket of a store.
type S3Bucket struct {
	server *S3Server
	name   string
}

// Name is that of the bucket.
func (b *S3Bucket) Name() string { return b.name }

// Location is that of the bucket, or of a folder in it where one is named.
func (b *S3Bucket) Location(t testing.TB, folder string) repo.Location {
	t.Helper()
	return location(t, "s3+http://"+b.server.address+"/"+b.name+"/"+folder)
}

// Listing is the location at which a public bucket is listed.
func (b *S3Bucket) Listing(t testing.TB, folder string) repo.Location {
	t.Helper()
	return location(t, "http://"+b.server.address+"/"+b.name+"/"+folder)
}

func location(t testing.TB, text string) repo.Location {
	t.Helper()
	l, err := repo.ParseLocation(text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Publish lets everybody read and list the bucket.
func (b *S3Bucket) Publish(t testing.TB) {
	t.Helper()
	policy := fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
		"Action": ["s3:ListBucket", "s3:GetObject"], "Resource": ["arn:aws:s3:::%[1]s", "arn:aws:s3:::%[1]s/*"]}]}`, b.name)
	if _, err := b.server.client.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: &b.name, Policy: &policy}); err != nil {
		t.Fatalf("publishing a bucket: %v", err)
	}
}

// Put puts an object into the bucket.
func (b *S3Bucket) Put(t testing.TB, key string, data []byte) {
	t.Helper()
	if _, err := b.server.client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &b.name, Key: &key, Body: bytes.NewReader(data)}); err != nil {
		t.Fatalf("putting %q into the bucket: %v", key, err)
	}
}

// Get returns an object, nil when it is not there.
func (b *S3Bucket) Get(t testing.TB, key string) []byte {
	t.Helper()
	data, err := b.get(t.Context(), key)
	if err != nil {
		t.Fatalf("getting %q of the bucket: %v", key, err)
	}
	return data
}

func (b *S3Bucket) get(ctx context.Context, key string) ([]byte, error) {
	out, err := b.server.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: &key})
	var missing *types.NoSuchKey
	if errors.As(err, &missing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer out.Body.Close()
	return io.ReadAll(out.Body)
}
