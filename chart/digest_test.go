package chart

import (
	"strings"
	"testing"
)

func TestDigest(t *testing.T) {
	t.Parallel()
	const want = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if got := Digest([]byte("abc")); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestIsDigest(t *testing.T) {
	t.Parallel()
	hex := strings.Repeat("0123456789abcdef", 4)
	tests := []struct {
		name, text string
		want       bool
	}{
		{"all digits", "sha256:" + hex, true},
		{"computed", Digest(nil), true},
		{"nothing", "", false},
		{"no algorithm", hex, false},
		{"another algorithm", "sha512:" + hex, false},
		{"too short", "sha256:" + hex[1:], false},
		{"too long", "sha256:" + hex + "0", false},
		{"upper case", "sha256:" + strings.ToUpper(hex), false},
		{"before a digit", "sha256:" + hex[1:] + "/", false},
		{"behind a digit", "sha256:" + hex[1:] + ":", false},
		{"before a letter", "sha256:" + hex[1:] + "`", false},
		{"behind a letter", "sha256:" + hex[1:] + "g", false},
		{"line feed at the end", "sha256:" + hex + "\n", false},
		{"line feed for a digit", "sha256:" + hex[1:] + "\n", false},
		{"a letter of two bytes", "sha256:" + hex[2:] + "é", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := IsDigest(test.text); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}
