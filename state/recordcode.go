package state

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-dm/helm-dm/chart/values"
	"github.com/helm-dm/helm-dm/state/secret"
)

// Labels and type of the Secrets in the manager's namespace.
const (
	roleRecord = "record"

	recordType corev1.SecretType = "dm.helm.sh/record.v1"

	keyRecord     = "record"
	keyParameters = "parameters"
)

// maxUnpacked bounds what one compressed payload of ours may unpack to, in
// bytes. A Secret holds 1 MiB.
const maxUnpacked = 16 << 20

// recordName is the name of a record's Secret. Namespaces and deployments have
// names without dots, so no two keys share one.
func recordName(k Key) string { return "deployment." + k.Namespace + "." + k.Name }

func encodeRecord(namespace string, r *Record) (*corev1.Secret, error) {
	record, err := pack(r)
	if err != nil {
		return nil, err
	}
	parameters, err := pack(r.Parameters)
	if err != nil {
		return nil, err
	}
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Namespace:       namespace,
			Name:            recordName(r.Key),
			UID:             types.UID(r.UID),
			ResourceVersion: r.ResourceVersion,
			Labels:          map[string]string{secret.LabelRole: roleRecord},
		},
		Type: recordType,
		Data: map[string][]byte{keyRecord: record, keyParameters: parameters},
	}, nil
}

// decodeRecord reads a record; its parameters only where they are wanted.
func decodeRecord(s *corev1.Secret, parameters bool) (*Record, error) {
	r := &Record{}
	if err := unpack(s.Data[keyRecord], r); err != nil {
		return nil, fmt.Errorf("reading record %q: %w", s.Name, err)
	}
	if parameters {
		r.Parameters = []values.Source{}
		if err := unpack(s.Data[keyParameters], &r.Parameters); err != nil {
			return nil, fmt.Errorf("reading parameters in record %q: %w", s.Name, err)
		}
	}
	r.UID, r.ResourceVersion, r.Created = string(s.UID), s.ResourceVersion, s.CreationTimestamp.Time
	return r, nil
}

// packFrom is from how many bytes on compressing is worth its cost: a compressor
// takes 800 KB of memory.
const packFrom = 16 << 10

// pack encodes v as JSON, compressed where it is large.
func pack(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil || len(text) < packFrom {
		return text, err
	}
	if len(text) > maxUnpacked {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrPayload, len(text), maxUnpacked)
	}
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// unpack decodes what pack encoded.
func unpack(data []byte, into any) error {
	if !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) { // the magic number of RFC 1952
		return json.Unmarshal(data, into)
	}
	text, err := inflate(bytes.NewReader(data))
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// inflate decompresses at most maxUnpacked bytes.
func inflate(zipped io.Reader) ([]byte, error) {
	r, err := gzip.NewReader(zipped)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(r, maxUnpacked+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxUnpacked {
		return nil, fmt.Errorf("payload unpacks to more than %d bytes", maxUnpacked)
	}
	return text, nil
}
