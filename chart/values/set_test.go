package values

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// asJSON shows values as a test compares them.
func asJSON(t testing.TB, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestSet holds what Helm 4.3.1 printed for the same flags.
func TestSet(t *testing.T) {
	t.Parallel()
	tests := []struct {
		kind       Kind
		text, want string
	}{
		{KindSet, "", `{}`},
		{KindSet, "a=1.5,b=1e3,c=007,d=-5,e=+5,f=True,g=NULL,h=0,i=00,j=0x1", `{"a":"1.5","b":"1e3","c":"007","d":-5,"e":5,"f":true,"g":null,"h":0,"i":"00","j":"0x1"}`},
		{KindSet, "a=1,", `{"a":1}`},
		{KindSet, "a=", `{"a":""}`},
		{KindSet, "a=,b=1", `{"a":"","b":1}`},
		{KindSet, "a={}", `{"a":[""]}`},
		{KindSet, "a={x,},b={,x}", `{"a":["x",""],"b":["","x"]}`},
		{KindSet, "a={1,true,null, x}", `{"a":[1,true,null," x"]}`},
		{KindSet, `a={"x",y}`, `{"a":["\"x\"","y"]}`},
		{KindSet, "a={b=c,d}", `{"a":["b=c","d"]}`},
		{KindSet, "a=x{y}", `{"a":"x{y}"}`},
		{KindSet, "a[2]=1", `{"a":[null,null,1]}`},
		{KindSet, "a[+1]=1", `{"a":[null,1]}`},
		{KindSet, "a[0].b=1,a[0].c=2", `{"a":[{"b":1,"c":2}]}`},
		{KindSet, "a[0][1]=1", `{"a":[[null,1]]}`},
		{KindSet, "a[0]={x,y}", `{"a":[["x","y"]]}`},
		{KindSet, "a.b=2,a=1", `{"a":1}`},
		{KindSet, "a[0]=2,a[0].b=1", `{"a":[{"b":1}]}`},
		{KindSet, "a={},a[1]=2", `{"a":["",2]}`},
		{KindSet, `a\.b=1,a\=c=2,a\,d=3`, `{"a,d":3,"a.b":1,"a=c":2}`},
		{KindSet, `a=b\,c,d=e\=f,g=\{x\}`, `{"a":"b,c","d":"e=f","g":"{x}"}`},
		{KindSet, "a=b=c.d[0]", `{"a":"b=c.d[0]"}`},
		{KindSet, ` a= 1 `, `{" a":" 1 "}`},
		{KindSet, `a=x\`, `{"a":"x"}`},
		{KindSet, `a=\1`, `{"a":1}`},
		{KindSet, "a=12345678901234567890,b=-0", `{"a":"12345678901234567890","b":0}`},
		{KindSet, "a]=1", `{"a]":1}`},
		{KindSetString, "a=1,b=true,c=null,d={1,null},e=", `{"a":"1","b":"true","c":"null","d":["1","null"],"e":""}`},
		{KindSetLiteral, "a=1,b=2", `{"a":"1,b=2"}`},
		{KindSetLiteral, `a.b=x\,y{}`, `{"a":{"b":"x\\,y{}"}}`},
		{KindSetLiteral, `a\.b=x`, `{"a\\":{"b":"x"}}`},
		{KindSetLiteral, "a,b=c", `{"a,b":"c"}`},
		{KindSetLiteral, "a[0].b=null", `{"a":[{"b":"null"}]}`},
		{KindSetFile, "a.b=one\ntwo,c=d\n", `{"a":{"b":"one\ntwo,c=d\n"}}`},
		{KindSetJSON, `a={"x":1} ,b=[1,2]`, `{"a":{"x":1},"b":[1,2]}`},
		{KindSetJSON, ` {"a":{"b":1000000}}`, `{"a":{"b":1000000}}`},
		{KindSetJSON, "a=,b=1", `{"a":null,"b":1}`},
		{KindSetJSON, "a.b[1]=null", `{"a":{"b":[null,null]}}`},
		{KindSetJSON, `a[0]={"b":1},a[0].c=2`, `{"a":[{"b":1,"c":2}]}`},
		{KindSetJSON, `a="ü",b="x",`, `{"a":"ü","b":"x"}`},
	}
	for _, test := range tests {
		t.Run(string(test.kind)+" "+test.text, func(t *testing.T) {
			t.Parallel()
			got, err := Merge([]Source{{test.kind, test.text}})
			if err != nil || asJSON(t, got) != test.want {
				t.Errorf("got %s, %v\nwant %s", asJSON(t, got), err, test.want)
			}
		})
	}
}

func TestSetErrors(t *testing.T) {
	t.Parallel()
	nested := func(n int) string { return strings.TrimSuffix(strings.Repeat("a.", n), ".") + "=1" }
	tests := []struct {
		kind       Kind
		text, want string
	}{
		{KindSet, "a", `key "a" has no value`},
		{KindSet, "a,b=1", `key "a" has no value`},
		{KindSet, "=1", "empty"},
		{KindSet, "a..b=1", "empty"},
		{KindSet, "[0]=1", "empty"},
		{KindSet, "a[0].=1", "empty"},
		{KindSet, "a=1,,b=2", `after key "a"`},
		{KindSet, "a={x", "not closed"},
		{KindSet, "a={x}y", "more text"},
		{KindSet, "a[0]", "no value"},
		{KindSet, "a[-1]=1", "negative"},
		{KindSet, "a[65537]=1", "greater than 65536"},
		{KindSet, "a[]=1", "[NUMBER]"},
		{KindSet, "a[ 0 ]=1", "[NUMBER]"},
		{KindSet, "a[0", "[NUMBER]"},
		{KindSet, "a[0]b=1", "must follow"},
		{KindSet, "a=1,a.b=2", "no map"},
		{KindSet, "a=1,a[0]=2", "no list"},
		{KindSet, "a[0].b=2,a[0][0]=1", "no list"},
		{KindSet, nested(32), "at most 30"},
		{KindSet, "a" + strings.Repeat("[0]", 100) + "=1", "at most 30"},
		{KindSet, "a[65536]=1,b[65536]=1,c[65536]=1,d[65536]=1,e[65536]=1,f[65536]=1,g[65536]=1,h[65536]=1," +
			"i[65536]=1,j[65536]=1,k[65536]=1,l[65536]=1,m[65536]=1,n[65536]=1,o[65536]=1,p[65536]=1", "list elements"},
		{KindSetJSON, `{"a":1} x`, "not a JSON object"},
		{KindSetJSON, `a={"x":1}x`, "more text"},
		{KindSetJSON, `a={"x"`, "not JSON"},
		{KindSetJSON, "[1]", "empty"},
		{KindSetLiteral, "a", "no value"},
		{KindUnset, "", "single key"},
		{KindUnset, "a=1", "single key"},
		{KindUnset, "a,b", "single key"},
		{"bogus", "a=1", "unknown"},
	}
	for _, test := range tests {
		t.Run(string(test.kind)+" "+test.want, func(t *testing.T) {
			t.Parallel()
			_, err := Merge([]Source{{test.kind, test.text}})
			if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%.80s: got %v, want %q", test.text, err, test.want)
			}
		})
	}
	if _, err := Merge([]Source{{KindSet, nested(31)}}); err != nil {
		t.Errorf("31 keys: %v", err)
	}
}

// TestErrorsNameNoValue plants a canary where a secret could be.
func TestErrorsNameNoValue(t *testing.T) {
	t.Parallel()
	for _, source := range []Source{
		{KindSet, "password=ab,CANARY"},
		{KindSet, "password=ab,CANARY[x]=1"},
		{KindSet, "password=ab,CANARY..x=1"},
		{KindSet, "password={ab,CANARY"},
		{KindSet, "password={ab}CANARY"},
		{KindSetJSON, `password="CANARY`},
		{KindSetJSON, `{"password":"CANARY`},
		{KindSetJSON, `password="CANARY"CANARY`},
		{KindValues, "password: *CANARY"},
		{KindValues, "password: !!int CANARY"},
		{KindValues, "CANARY"},
		{KindValues, "- CANARY"},
		{KindValues, "a: {null: CANARY}"},
		{KindValues, "a: [CANARY"},
		{KindValues, "---CANARY"},
		{KindValues, "password: !!float CANARY\nb: 1"},
		{KindValues, "password: !!binary CANARY*"},
	} {
		_, err := Merge([]Source{source})
		if err == nil {
			t.Errorf("%v: no error", source)
			continue
		}
		if strings.Contains(err.Error(), "CANARY") {
			t.Errorf("%v: the error tells: %v", source, err)
		}
		if !strings.Contains(err.Error(), string(source.Kind)) {
			t.Errorf("%v: the error does not name the kind: %v", source, err)
		}
	}
}

func FuzzSet(f *testing.F) {
	for _, seed := range []string{"a=1", "a.b[0].c={x,y}", `a\,b=\{`, `{"a":1}`, `a={"b":[1]},c=2`, "a[65536]=1", "a,b", "[0]=1"} {
		for _, kind := range []Kind{KindSet, KindSetString, KindSetJSON, KindSetFile, KindSetLiteral, KindUnset} {
			f.Add(string(kind), seed)
		}
	}
	f.Fuzz(func(t *testing.T, kind, text string) {
		values := map[string]any{"a": map[string]any{"b": []any{nil, 1}}, "c": "d"}
		if err := set(values, text, Kind(kind)); err != nil && !errors.Is(err, ErrInvalid) {
			t.Fatalf("an error of no kind: %v", err)
		}
		asJSON(t, values)
	})
}

func TestSetBelowNull(t *testing.T) {
	t.Parallel()
	got, err := Merge([]Source{{KindValues, "a: null"}, {KindSet, "a.b.c=1"}})
	if err != nil || asJSON(t, got) != `{"a":{"b":{"c":1}}}` {
		t.Errorf("got %s, %v", asJSON(t, got), err)
	}
}
