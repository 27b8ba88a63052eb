// Package archtest is the architecture as tests: who may import whom, what the
// programs may depend on, how large things may grow, and what every package
// must say about itself. It holds nothing but tests.
//
// The law (law_test.go) and the budgets (allowance_test.go) are data, complete
// both ways: what they do not name is refused, and what they name without need
// is reported. Each rule of the law is a method that returns complaints, and
// testdata shows for each one a tree that it refuses.
//
// Test files obey the rules too. Generated files are exempt from sizes,
// variables and init functions.
package archtest
