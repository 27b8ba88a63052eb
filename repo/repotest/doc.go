// Package repotest holds what the tests of repositories have in common: packages
// to keep in them, and the servers that they are kept on. The suite that every
// kind of repository passes is in package suite.
//
// A server listens on a free port of the loopback interface, belongs to one test
// and ends with it. What it is told from the test's side bypasses its access
// rules, and what it was asked is recorded, so that tests can look for
// credentials where none belong.
package repotest
