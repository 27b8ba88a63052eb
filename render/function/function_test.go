package function

import (
	"bytes"
	"errors"
	"testing"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
)

// call executes a template with the functions of a host.
func call(t *testing.T, h *Host, text string) (string, error) {
	t.Helper()
	parsed, err := template.New("t").Funcs(Map(h)).Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err = parsed.Execute(&out, nil)
	return out.String(), err
}

// TestCharges holds that counts add up over a rendering, and begin anew with the
// next.
func TestCharges(t *testing.T) {
	t.Parallel()
	h := &Host{}
	for range 2 {
		h.Begin(time.Now, 1000, false)
		for range 9 {
			if out, err := call(t, h, `{{ repeat 100 "x" | len }}`); err != nil || out != "100" {
				t.Fatalf("got %q, %v", out, err)
			}
		}
		excess := (*Excess)(nil)
		if _, err := call(t, h, `{{ repeat 100 "x" }}{{ repeat 1 "x" }}`); !errors.As(err, &excess) || excess.Limit != "1000 bytes" {
			t.Errorf("got %v", err)
		}
		if _, err := call(t, h, `{{ until 1 }}`); !errors.As(err, &excess) {
			t.Errorf("after the end of the budget: got %v", err)
		}
	}
}

// TestSame holds that functions with a price are those of sprig in all else.
func TestSame(t *testing.T) {
	t.Parallel()
	h := &Host{}
	h.Begin(time.Now, 1<<20, false)
	for _, text := range []string{
		`{{ indent 2 "a\nb\n\nc" }}`,
		`{{ nindent 1 "" }}|{{ indent 0 "a\nb" }}`,
		`{{ join "," (list 1 nil "a" (list 2)) }}|{{ join "," nil }}|{{ join "," 1 }}|{{ join "," (splitList "" "ab") }}`,
		`{{ quote "a\"b" nil 1 "ä\t" }}|{{ quote nil }}|{{ squote 1 nil "a" }}`,
		`{{ until 3 }}{{ until -3 }}{{ untilStep 0 10 -1 }}{{ untilStep 0 10 0 }}{{ seq 5 }}{{ seq 2 -1 }}{{ seq 0 2 10 }}{{ seq }}`,
		`{{ printf "%5d|%-5s|%05.1f|%%|%[2]*[1]d" 3 7 1.25 }}`,
		`{{ replace "" "-" "ab" }}{{ replace "a" "" "aba" }}{{ regexReplaceAll "a(.)" "abac" "<$1>" }}`,
		`{{ merge (dict "a" 1) (dict "a" 2 "b" 3) }}{{ concat (list 1) (list 2) }}{{ append (list 1) 2 }}{{ deepCopy (dict "a" (list 1)) }}`,
		`{{ wrapWith 3 "-" "abc def" }}{{ split "," "a,b" }}{{ splitn "," 2 "a,b,c" }}{{ cat 1 nil "a" }}{{ toString (list 1) }}`,
		`{{ date "2006" 0 }} {{ htmlDate 86400 }} {{ dateInZone "15:04 MST" 0 "Asia/Tokyo" }} {{ htmlDateInZone 0 "no" }} {{ date_in_zone "2006" 0 "" }} {{ typeOf 1 }} {{ typeIs "int" 1 }} {{ typeIsLike "int" 1 }}`,
		`{{ html "<a>" 1 }}{{ js "'" }}{{ urlquery "a b" }}{{ print 1 2 "a" "b" }}{{ println 1 }}{{ b64enc "a" }}{{ regexSplit "," "a,b" -1 }}{{ toPrettyJson (dict "a" 1) }}`,
	} {
		plain, err := template.New("t").Funcs(sprig.TxtFuncMap()).Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		var want bytes.Buffer
		if err := plain.Execute(&want, nil); err != nil {
			t.Fatal(err)
		}
		if got, err := call(t, h, text); err != nil || got != want.String() {
			t.Errorf("%s\ngot  %q, %v\nwant %q", text, got, err, want.String())
		}
	}
}
