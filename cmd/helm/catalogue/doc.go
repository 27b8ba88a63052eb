// Package catalogue holds the commands that look for charts and into them:
// search, chart show and chart params. The manager knows the charts and opens
// them; a chart on this machine is sent to it first. What charts say is foreign:
// it is answered without control characters, and written to files as it is.
package catalogue
