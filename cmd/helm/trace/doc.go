// Package trace tells people of the traffic with the API server: requests and
// their outcome, where they ask for it, and the warnings in the answers. Nothing
// secret shows: no header, no body, no password of an address.
package trace
