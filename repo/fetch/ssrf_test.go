package fetch_test

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// refused fails the test unless the error is a refusal by one of the rules.
func refused(t *testing.T, err error, rules ...fetch.Rule) {
	t.Helper()
	var refusal *fetch.Refusal
	if !errors.As(err, &refusal) || !errors.Is(err, repo.ErrRefused) {
		t.Errorf("the error is %v, want a refusal", err)
		return
	}
	for _, rule := range rules {
		if refusal.Rule == rule {
			return
		}
	}
	t.Errorf("the refusal is %v, want one by %q", refusal, rules)
}

func TestAddressesAreJudged(t *testing.T) {
	t.Parallel()
	victim := serve(t, private, false, say("inside"))
	home := serve(t, public, false, lead)
	z := &zone{answers: map[string][]string{
		"home.example.com":         {public},
		"metadata.google.internal": {"169.254.169.254"},
		"10.0.0.1.nip.example.com": {"10.0.0.1"},
		"inside.example.com":       {private},
		"mapped.example.com":       {"::ffff:169.254.169.254"},
		"both.example.com":         {"10.0.0.1 " + private},
		"0x7f000001":               {private}, // as some libraries read it
		"localhost":                {private},
	}}
	c := client(t, network(fetch.Policy{Resolver: z.resolver()}), fetch.Access{})
	// The rule that refuses each host: what nobody has is as good as private.
	hosts := map[string][]fetch.Rule{
		"169.254.169.254":          {fetch.RuleLinkLocal},
		"[::ffff:169.254.169.254]": {fetch.RuleLinkLocal},
		"[::ffff:a9fe:a9fe]":       {fetch.RuleLinkLocal},
		"[64:ff9b::a9fe:a9fe]":     {fetch.RuleLinkLocal},
		"[fe80::1]":                {fetch.RuleLinkLocal},
		"[fe80::1%25lo]":           {fetch.RuleLinkLocal},
		"[fd00:ec2::254]":          {fetch.RuleLinkLocal},
		"100.100.100.200":          {fetch.RuleLinkLocal},
		"metadata.google.internal": {fetch.RuleLinkLocal},
		"mapped.example.com":       {fetch.RuleLinkLocal},
		"both.example.com":         {fetch.RulePrivate},
		"127.0.0.1":                {fetch.RulePrivate},
		"[::1]":                    {fetch.RulePrivate},
		"[::ffff:127.0.0.1]":       {fetch.RulePrivate},
		"[::ffff:7f00:1]":          {fetch.RulePrivate},
		"[0:0:0:0:0:ffff:7f00:1]":  {fetch.RulePrivate},
		"[64:ff9b::7f00:1]":        {fetch.RulePrivate},
		"[2002:7f00:1::]":          {fetch.RulePrivate},
		"2130706433":               {fetch.RulePrivate}, // no name that Go knows
		"0x7f000001":               {fetch.RulePrivate},
		"0177.0.0.1":               {fetch.RulePrivate}, // no name that Go knows
		"127.1":                    {fetch.RulePrivate}, // no name that Go knows
		"localhost":                {fetch.RulePrivate},
		"localhost.":               {fetch.RulePrivate},
		"LOCALHOST":                {fetch.RulePrivate},
		"inside.example.com":       {fetch.RulePrivate},
		"inside.example.com.":      {fetch.RulePrivate},
		"10.0.0.1.nip.example.com": {fetch.RulePrivate},
		"10.0.0.1":                 {fetch.RulePrivate},
		"192.168.1.1":              {fetch.RulePrivate},
		"100.64.0.1":               {fetch.RulePrivate},
		"[fd12::1]":                {fetch.RulePrivate},
		"0.0.0.0":                  {fetch.RuleReserved},
		"0":                        {fetch.RulePrivate}, // no name that Go knows
		"[::]":                     {fetch.RuleReserved},
		"255.255.255.255":          {fetch.RuleReserved},
		"224.0.0.1":                {fetch.RuleReserved},
		"[ff02::1]":                {fetch.RuleReserved},
		"[::127.0.0.1]":            {fetch.RuleReserved},
		"203.0.113.1":              {fetch.RuleReserved},
	}
	for host, rules := range hosts {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			if strings.ContainsAny(host, "[") && !six() {
				t.Skip("this machine has no IPv6")
			}
			address := "http://" + host + ":" + victim.port + "/latest/meta-data"
			for _, from := range []string{address, through(home.at("home.example.com"), "302", address)} {
				_, err := get(t, c, from)
				refused(t, err, rules...)
			}
		})
	}
	t.Cleanup(func() {
		if saw := victim.saw(); len(saw) > 0 {
			t.Errorf("what is inside was asked %v", saw)
		}
		if len(home.saw()) != len(hosts) {
			t.Errorf("what is outside was asked %d times", len(home.saw()))
		}
	})
}

// six says whether this machine speaks IPv6 at all.
func six() bool {
	conn, err := net.ListenPacket("udp6", "[::]:0")
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

func TestNamesMayChangeTheirMind(t *testing.T) {
	t.Parallel()
	outer, inner := pair(t)
	home, inside := start(t, outer, false, say("outside")), start(t, inner, false, say("inside"))
	z := &zone{answers: map[string][]string{
		"rebind.example.com": {public, private},
		"mixed.example.com":  {private + " " + public, public + " " + private},
		"meta.example.com":   {private, "169.254.169.254"},
	}}
	n := network(fetch.Policy{Resolver: z.resolver(), Private: func(o repo.Origin) bool { return o.Host == "meta.example.com" }})
	c := client(t, n, fetch.Access{})
	try := func(host, want string, rules ...fetch.Rule) {
		t.Helper()
		n.Forget()
		got, err := get(t, c, home.at(host))
		if len(rules) > 0 {
			refused(t, err, rules...)
		} else if err != nil || got.Body != want {
			t.Errorf("%s: %v and the error %v, want %q", host, got, err, want)
		}
	}
	try("rebind.example.com", "outside")
	try("rebind.example.com", "", fetch.RulePrivate)
	try("mixed.example.com", "outside")
	try("mixed.example.com", "outside")
	try("meta.example.com", "inside")
	try("meta.example.com", "", fetch.RuleLinkLocal)
	if saw := inside.saw(); len(saw) != 1 || !strings.HasPrefix(saw[0].Target, "/") {
		t.Errorf("what is inside was asked %v, want the one request that is allowed", saw)
	}
}

func TestMixedNamesDoNotFallBackInside(t *testing.T) {
	t.Parallel()
	inside := serve(t, private, false, say("inside")) // and nobody listens outside
	z := &zone{answers: map[string][]string{"mixed.example.com": {public + " " + private}}}
	got, err := get(t, client(t, network(fetch.Policy{Resolver: z.resolver()}), fetch.Access{}), inside.at("mixed.example.com"))
	if err == nil || len(inside.saw()) > 0 {
		t.Errorf("got %v and the error %v", got, err)
	}
}

func TestPrivateOrigins(t *testing.T) {
	t.Parallel()
	listed, unlisted := serve(t, private, false, say("listed")), serve(t, private, false, say("unlisted"))
	home := serve(t, public, false, lead)
	origin := originOf(t, listed.at("inside.example.com"))
	credential := &repo.Credential{Token: "token", Secret: repo.NewSecret(canary)}
	c := client(t, network(fetch.Policy{Private: func(o repo.Origin) bool { return o == origin }}),
		fetch.Access{Origin: originOf(t, home.at("home.example.com")), Credential: credential})
	for _, address := range []string{listed.at("inside.example.com"), through(home.at("home.example.com"), "302", listed.at("inside.example.com"))} {
		if got, err := get(t, c, address); err != nil || got.Body != "listed" {
			t.Errorf("%s: got %v and the error %v", address, got, err)
		}
	}
	for _, address := range []string{
		unlisted.at("inside.example.com"), listed.at(private), listed.at("localhost"),
		through(home.at("home.example.com"), "302", unlisted.at("inside.example.com")),
		strings.Replace(listed.at("inside.example.com"), "http:", "https:", 1),
	} {
		_, err := get(t, c, address)
		refused(t, err, fetch.RulePrivate)
		var e *repo.Error
		if !errors.As(err, &e) || !strings.Contains(e.Try, "helm repo add") || !strings.Contains(err.Error(), string(fetch.RulePrivate)) {
			t.Errorf("the error does not say what to do: %#v", e)
		}
		if strings.Contains(err.Error(), private) && !strings.Contains(address, private) {
			t.Errorf("the error tells what the name stands for: %v", err)
		}
	}
	for _, request := range append(listed.saw(), unlisted.saw()...) {
		if carries(request) {
			t.Errorf("a credential has arrived: %v", request)
		}
	}
	if len(unlisted.saw()) > 0 {
		t.Errorf("what is not listed was asked %v", unlisted.saw())
	}
}

func TestAnywhere(t *testing.T) {
	t.Parallel()
	inside := serve(t, private, false, say("inside"))
	c := client(t, network(fetch.Policy{Anywhere: true}), fetch.Access{})
	got, err := get(t, c, inside.at("inside.example.com"))
	if err != nil || got.Body != "inside" {
		t.Errorf("got %v and the error %v", got, err)
	}
	for address, rule := range map[string]fetch.Rule{
		"http://169.254.169.254/": fetch.RuleLinkLocal, "http://100.100.100.200/": fetch.RuleLinkLocal,
		"http://0.0.0.0:" + inside.port: fetch.RuleReserved, "http://224.0.0.1/": fetch.RuleReserved,
	} {
		_, err := get(t, c, address)
		refused(t, err, rule)
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	home, plain := serve(t, public, true, lead), serve(t, public, false, lead)
	base := home.at("home.example.com")
	loop := base + "/home"
	deep := func(n int) string {
		to := loop
		for range n {
			to = through(base, "302", to)
		}
		return to
	}
	c := client(t, network(fetch.Policy{}), fetch.Access{Origin: originOf(t, base), Roots: home.roots()})
	anyone := client(t, network(fetch.Policy{}), fetch.Access{Also: []repo.Origin{originOf(t, base)}, Roots: home.roots()})
	for name, test := range map[string]struct {
		client *http.Client
		from   string
		rule   fetch.Rule
	}{
		"five":                     {c, deep(5), ""},
		"six":                      {c, deep(6), fetch.RuleRedirects},
		"in a circle":              {c, base + "/circle", fetch.RuleCircle},
		"to a relative address":    {c, through(base, "302", "/home"), ""},
		"to a file":                {c, through(base, "302", "file:///etc/passwd"), fetch.RuleScheme},
		"to gopher":                {c, through(base, "302", "gopher://home.example.com/"), fetch.RuleScheme},
		"to ftp":                   {c, through(base, "302", "ftp://home.example.com/"), fetch.RuleScheme},
		"to a user":                {c, through(base, "302", strings.Replace(loop, "://", "://user:pass@", 1)), fetch.RuleUser},
		"without TLS":              {c, through(base, "302", plain.at("home.example.com")), fetch.RulePlain},
		"without TLS, for anybody": {anyone, through(base, "302", plain.at("home.example.com")), fetch.RulePlain},
		"without TLS at once":      {c, plain.at("home.example.com"), fetch.RulePlain},
		"from without TLS to it":   {anyone, through(plain.at("home.example.com"), "302", loop), ""},
		"with a user at once":      {c, strings.Replace(loop, "://", "://user:pass@", 1), fetch.RuleUser},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := get(t, test.client, test.from)
			if test.rule != "" {
				refused(t, err, test.rule)
			} else if err != nil || got.Body != "home" {
				t.Errorf("got %v and the error %v", got, err)
			}
			if err != nil && (strings.Contains(err.Error(), "pass@") || strings.Contains(err.Error(), "to=")) {
				t.Errorf("the error quotes what may be a secret: %v", err)
			}
		})
	}
}

// pair listens at one port outside and inside.
func pair(t *testing.T) (outer, inner net.Listener) {
	t.Helper()
	for range 100 { // until the port is free at both
		outer = listen(t, public, "0")
		_, port, _ := net.SplitHostPort(outer.Addr().String())
		if inner = listen(t, private, port); inner != nil {
			return outer, inner
		}
		outer.Close()
	}
	t.Fatal("no port is free at both addresses")
	return nil, nil
}
