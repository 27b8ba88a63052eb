package e2e

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// relay is an address that leads to one replica after the other, as a Service
// does.
type relay struct {
	address string
	to      atomic.Value // string: where connections lead from now on
}

func startRelay(t *testing.T, to string) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{address: listener.Addr().String()}
	r.to.Store(to)
	var open sync.WaitGroup
	open.Go(func() {
		for {
			from, err := listener.Accept()
			if err != nil {
				return // closed
			}
			open.Go(func() { r.carry(from) })
		}
	})
	t.Cleanup(func() { _ = listener.Close() })
	return r
}

// carry ends with whichever side ends first.
func (r *relay) carry(from net.Conn) {
	defer from.Close()
	to, err := net.Dial("tcp", r.to.Load().(string))
	if err != nil {
		return
	}
	defer to.Close()
	ended := make(chan struct{}, 2)
	for _, pair := range [][2]net.Conn{{from, to}, {to, from}} {
		go func() {
			_, _ = io.Copy(pair[0], pair[1]) // a broken connection is an end as well
			ended <- struct{}{}
		}()
	}
	<-ended
}
