// Package target reads configuration files: values files whose leading comments
// may say what they are for.
//
//	# @chart helm:example.com/foo/bar#1.1.1
//	# @deployment taco-tuesday
//	# @namespace default
//	replicas: 3
//
// A YAML document with such a header starts a new target. One without belongs
// to the target before it, or to the first one where none came before. The
// package looks at comments and document markers alone; the values are text to
// it.
package target
