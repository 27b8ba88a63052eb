// Package forge makes charts: small ones that try everything, out of bytes, for
// fuzzing; and big ones of a given shape, for benchmarks. A chart is its files by
// their paths.
package forge

import (
	"math/rand/v2"
	"slices"
)

// source turns bytes into decisions. When the bytes are used up it goes on with
// what a generator seeded by them has to say, so every input makes a whole chart.
type source struct {
	data []byte
	rest *rand.Rand
}

func newSource(data []byte) *source {
	var seed [32]byte
	for i, b := range data {
		seed[i%len(seed)] = seed[i%len(seed)]*31 + b
	}
	return &source{data: data, rest: rand.New(rand.NewChaCha8(seed))} //nolint:gosec // nothing secret
}

// below returns a number from 0 to n-1.
func (s *source) below(n int) int {
	if len(s.data) == 0 {
		return s.rest.IntN(n)
	}
	b := int(s.data[0])
	s.data = s.data[1:]
	return b % n
}

// one says yes once in n times.
func (s *source) one(n int) bool { return s.below(n) == 0 }

func pick[T any](s *source, list []T) T { return list[s.below(len(list))] }

// some returns a part of list, in its order.
func some[T any](s *source, list []T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(T) bool { return s.one(2) })
}
