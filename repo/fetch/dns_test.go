package fetch_test

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// zone answers for names: the first time with the first of their answers, and so
// on; the last one stays. An answer is of addresses with spaces between. Other
// names do not exist.
type zone struct {
	mu      sync.Mutex
	answers map[string][]string
}

// resolver asks the zone in the protocol of DNS over TCP.
func (z *zone) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go z.serve(server)
		return client, nil
	}}
}

// serve answers until the other end closes.
func (z *zone) serve(conn net.Conn) {
	defer conn.Close()
	for {
		var size [2]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(conn, query); err != nil {
			return
		}
		answer, err := z.answer(query)
		if err != nil {
			return
		}
		if _, err := conn.Write(binary.BigEndian.AppendUint16(nil, uint16(len(answer)))); err != nil {
			return
		}
		if _, err := conn.Write(answer); err != nil {
			return
		}
	}
}

func (z *zone) answer(query []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil {
		return nil, err
	}
	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	question := m.Questions[0]
	addresses, known := z.addresses(strings.TrimSuffix(question.Name.String(), "."), question.Type)
	if !known {
		m.RCode = dnsmessage.RCodeNameError
	}
	for _, a := range addresses {
		header := dnsmessage.ResourceHeader{Name: question.Name, Type: question.Type, Class: question.Class}
		switch {
		case a.Is4() && question.Type == dnsmessage.TypeA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: a.As4()}})
		case a.Is6() && question.Type == dnsmessage.TypeAAAA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
		}
	}
	return m.Pack()
}

// addresses takes the next answer when asked for A; AAAA is asked at once with it.
func (z *zone) addresses(name string, kind dnsmessage.Type) ([]netip.Addr, bool) {
	z.mu.Lock()
	defer z.mu.Unlock()
	answers, known := z.answers[name]
	if !known {
		return nil, false
	}
	var addresses []netip.Addr
	for text := range strings.FieldsSeq(answers[0]) {
		addresses = append(addresses, netip.MustParseAddr(text))
	}
	if kind == dnsmessage.TypeA && len(answers) > 1 {
		z.answers[name] = answers[1:]
	}
	return addresses, true
}

func TestZone(t *testing.T) {
	t.Parallel()
	z := &zone{answers: map[string][]string{"a.test": {"192.0.2.1", "192.0.2.2 192.0.2.3"}}}
	for _, want := range []string{"192.0.2.1", "192.0.2.2 192.0.2.3", "192.0.2.2 192.0.2.3"} {
		got, err := z.resolver().LookupHost(t.Context(), "a.test")
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("got %v and the error %v, want %s", got, err, want)
		}
	}
	if got, err := z.resolver().LookupHost(t.Context(), "b.test"); err == nil {
		t.Errorf("got %v, want an error", got)
	}
}
