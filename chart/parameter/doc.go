// Package parameter documents the parameters of a chart: what may be set, with
// which default, and what it is for.
//
// It reads the default values of the chart and of its subcharts, their
// values.schema.json, and the comments of their values.yaml: plain ones and those
// of helm-docs, of the Bitnami readme generator and of the helm-schema tools.
// What is commented out is no parameter.
//
// Nothing here fails because of what a comment or a schema says: what cannot be
// understood is passed over. Texts are untrusted and become printable: no
// description and no default holds a control character other than a line break.
// Defaults of parameters that are secret are never told.
package parameter
