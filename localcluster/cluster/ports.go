package cluster

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
)

// Ports are taken from below the ranges from which Linux (32768) and macOS (49152) serve outgoing connections, which
// could otherwise take a port between its choice and its use.
const (
	firstPort = 15000
	lastPort  = 32000
)

// settlePorts gives every part a port. A part keeps the one it had, unless it is not running and somebody else has
// taken its port.
func (c *Cluster) settlePorts(s *settings) error {
	if s.Ports == nil {
		s.Ports = map[string]int{}
	}
	for _, name := range partNames() {
		p, err := c.table.Find(name)
		if err != nil {
			return err
		}
		port, ok := s.Ports[name]
		if ok && (p.Alive || free(port)) {
			continue
		}
		if s.Ports[name], err = choose(s.Ports); err != nil {
			return fmt.Errorf("finding a port for %s: %w", name, err)
		}
		if ok {
			c.progress.Printf("port %d of %s is taken, using %d", port, name, s.Ports[name])
		}
	}
	return nil
}

// choose returns a port that is free and not used by another part. It starts anywhere, so that clusters which come up
// at the same time hardly meet.
func choose(used map[string]int) (int, error) {
	taken := map[int]bool{}
	for _, port := range used {
		taken[port] = true
	}
	n := lastPort - firstPort
	start := rand.IntN(n) //nolint:gosec // it spreads, it protects nothing
	for i := range n {
		port := firstPort + (start+i)%n
		if !taken[port] && free(port) {
			return port, nil
		}
	}
	return 0, errors.New("all are taken")
}

func free(port int) bool {
	l, err := net.Listen("tcp", loopback(port))
	if err != nil {
		return false
	}
	l.Close()
	return true
}

func loopback(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
