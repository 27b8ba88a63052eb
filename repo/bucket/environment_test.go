package bucket

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// TestEnvironment holds that the environment of the manager, the files it names
// and the services of a cloud give the libraries nothing: neither credentials nor
// addresses.
func TestEnvironment(t *testing.T) {
	for name, without := range map[string][]string{
		"all": nil, "no emulator": {"STORAGE_EMULATOR_HOST"}, "metadata": {"STORAGE_EMULATOR_HOST", "GOOGLE_APPLICATION_CREDENTIALS", "AWS_SHARED_CREDENTIALS_FILE", "AWS_ACCESS_KEY_ID"},
	} {
		t.Run(name, func(t *testing.T) {
			files := t.TempDir()
			trap := before(t, "http://127.0.0.1:9", told(http.StatusOK, `{"access_token": "CANARY", "AccessKeyId": "CANARY", "SecretAccessKey": "CANARY", "Token": "CANARY"}`))
			for name, value := range surroundings(t, files, trap.server.URL) {
				if !slices.Contains(without, name) {
					t.Setenv(name, value)
				}
			}
			opened := watch(t, files)
			store := before(t, "http://127.0.0.1:9", told(http.StatusForbidden, ""))
			network := loopback()
			for _, site := range []fetch.Site{
				{Location: parsed(t, "s3+"+store.server.URL+"/bucket"), Network: network},
				{Location: parsed(t, "gs://bucket"), Network: network},
				{Location: parsed(t, "azblob+"+store.server.URL+"/account/container"), Network: network},
			} {
				for _, credential := range []*repo.Credential{nil, {Token: "account", Secret: repo.NewSecret("a2V5")}} {
					site.Credential = credential
					learnsNothing(t, site, store)
				}
			}
			for _, request := range trap.requests() {
				t.Errorf("the environment led to %s %s", request.Method, request.URL)
			}
			if opened() {
				t.Error("a file was opened that the environment names")
			}
		})
	}
}

// learnsNothing fails where a store is told what only the environment knows.
func learnsNothing(t *testing.T, site fetch.Site, store *front) {
	t.Helper()
	asked := len(store.requests())
	for what, err := range each(t, google{storage: store.server.URL, token: store.server.URL}.opened(t, site)) {
		if err == nil || strings.Contains(err.Error(), "CANARY") {
			t.Errorf("%s of %q: %v", what, site.Location.String(), err)
		}
	}
	requests := store.requests()[asked:]
	if len(requests) < 4 {
		t.Errorf("%q was asked %d times", site.Location.String(), len(requests))
	}
	for _, request := range requests {
		said := fmt.Sprint(request.URL, request.Header)
		if strings.Contains(said, "CANARY") || strings.Contains(said, "canary") || request.Header.Get("X-Amz-Security-Token") != "" || site.Credential == nil && request.Header.Get("Authorization") != "" {
			t.Errorf("%q was told %s", site.Location.String(), said)
		}
	}
}

// watch says whether a file of a folder was opened since.
func watch(t *testing.T, folder string) (opened func() bool) {
	t.Helper()
	events, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(events) }) // nothing is lost
	if _, err := unix.InotifyAddWatch(events, folder, unix.IN_OPEN); err != nil {
		t.Fatal(err)
	}
	return func() bool {
		n, err := unix.Read(events, make([]byte, 4096))
		if err != nil && !errors.Is(err, unix.EAGAIN) {
			t.Fatal(err)
		}
		return n > 0
	}
}

// surroundings are variables that the libraries know, all of them leading into the
// trap.
func surroundings(t *testing.T, folder, trap string) map[string]string {
	t.Helper()
	host := strings.TrimPrefix(trap, "http://")
	file := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return map[string]string{
		"AWS_ACCESS_KEY_ID": "CANARY", "AWS_SECRET_ACCESS_KEY": "CANARY", "AWS_SESSION_TOKEN": "CANARY", "AWS_REGION": "canary-1", "AWS_DEFAULT_REGION": "canary-1",
		"AWS_SHARED_CREDENTIALS_FILE": file("credentials", "[default]\naws_access_key_id = CANARY\naws_secret_access_key = CANARY\n"),
		"AWS_CONFIG_FILE":             file("config", "[default]\nregion = canary-1\nendpoint_url = "+trap+"\n"),
		"AWS_ENDPOINT_URL":            trap, "AWS_ENDPOINT_URL_S3": trap, "AWS_EC2_METADATA_SERVICE_ENDPOINT": trap, "AWS_CONTAINER_CREDENTIALS_FULL_URI": trap,
		"AWS_ROLE_ARN": "arn:aws:iam::1:role/CANARY", "AWS_WEB_IDENTITY_TOKEN_FILE": file("token", "CANARY"),

		"GOOGLE_APPLICATION_CREDENTIALS": file("google.json", `{"type": "authorized_user", "client_id": "CANARY", "client_secret": "CANARY", "refresh_token": "CANARY", "token_uri": "`+trap+`"}`),
		"GCE_METADATA_HOST":              host, "STORAGE_EMULATOR_HOST": host, "GOOGLE_CLOUD_PROJECT": "CANARY", "GOOGLE_CLOUD_QUOTA_PROJECT": "CANARY", "GOOGLE_API_USE_MTLS_ENDPOINT": "always",

		"AZURE_STORAGE_ACCOUNT": "CANARY", "AZURE_STORAGE_KEY": "CANARY", "AZURE_STORAGE_SAS_TOKEN": "sig=CANARY", "AZURE_STORAGE_DOMAIN": host,
		"AZURE_STORAGE_CONNECTION_STRING": "AccountName=CANARY;AccountKey=CANARY;BlobEndpoint=" + trap, "AZURE_TENANT_ID": "CANARY", "AZURE_CLIENT_ID": "CANARY",
		"AZURE_CLIENT_SECRET": "CANARY", "AZURE_AUTHORITY_HOST": trap, "IDENTITY_ENDPOINT": trap, "IDENTITY_HEADER": "CANARY", "MSI_ENDPOINT": trap,

		"HTTP_PROXY": trap, "HTTPS_PROXY": trap,
	}
}
