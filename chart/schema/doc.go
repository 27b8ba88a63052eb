// Package schema validates values against the values.schema.json of a chart and
// of its subcharts (S16), in the drafts of JSON Schema up to 2020-12.
//
// Schemas are untrusted. They may refer to their own parts and to the drafts
// themselves: nothing is read from files or hosts (CVE-2025-55199), and what an
// urn: leads to accepts everything unless the schema holds it. What a schema
// nests and how its parts apply each other is bounded before any value meets
// it, so that no schema can overflow the stack (CVE-2025-32387). The time that a
// schema takes is bounded only for each single value; a schema that multiplies
// itself level by level is for a process that can be killed.
//
// Errors name keys and quote the schema, never a value.
package schema
