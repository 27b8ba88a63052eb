package forge

import (
	"fmt"
	"path"
	"strings"
)

// Scales are charts of a given shape for benchmarks, by what they are heavy in,
// each in the folder of its name.
func Scales() map[string]map[string]string {
	return map[string]map[string]string{
		"trivial":  trivial(),
		"small":    small("small", 1),
		"umbrella": umbrella(20),
		"tpl":      tplHeavy(120),
		"include":  includeHeavy(150),
		"crds":     definitions(30, 400),
		"values":   valuesHeavy(2000),
	}
}

// metadata is a Chart.yaml.
func metadata(name, more string) string {
	return fmt.Sprintf("apiVersion: v2\nname: %s\nversion: 1.0.0\nappVersion: \"1.2.3\"\n%s", name, more)
}

// trivial has one template that says nothing: what is left of a program's time is
// not the engine's.
func trivial() map[string]string {
	return map[string]string{"trivial/Chart.yaml": metadata("trivial", ""), "trivial/templates/x.yaml": "kind: ConfigMap\n"}
}

// small is what helm create makes, more or less: helpers and four objects, several
// times over.
func small(name string, times int) map[string]string {
	files := map[string]string{
		path.Join(name, "Chart.yaml"):             metadata(name, ""),
		path.Join(name, "values.yaml"):            smallValues,
		path.Join(name, "templates/_helpers.tpl"): strings.ReplaceAll(smallHelpers, "NAME", name),
		path.Join(name, "templates/NOTES.txt"):    "Visit http://{{ .Values.service.host }}:{{ .Values.service.port }}\n",
	}
	for i := range times {
		for object, text := range map[string]string{"deployment": smallDeployment, "service": smallService, "config": smallConfig, "account": smallAccount} {
			files[path.Join(name, "templates", fmt.Sprintf("%s-%d.yaml", object, i))] = strings.ReplaceAll(text, "NAME", name)
		}
	}
	return files
}

// umbrella has subcharts, each of them a small chart, with globals and conditions.
func umbrella(subcharts int) map[string]string {
	var dependencies, values strings.Builder
	dependencies.WriteString("dependencies:\n")
	values.WriteString("global: {registry: registry.example.com, labels: {team: a, stage: test}}\n")
	files := map[string]string{}
	for i := range subcharts {
		name := fmt.Sprintf("part%d", i)
		fmt.Fprintf(&dependencies, "  - {name: %s, version: 1.x, condition: %s.enabled, tags: [parts]}\n", name, name)
		fmt.Fprintf(&values, "%s: {enabled: true, replicas: %d, service: {port: %d}}\n", name, i, 8000+i)
		for file, text := range small(name, 2) {
			files[path.Join("umbrella/charts", file)] = text
		}
	}
	files["umbrella/Chart.yaml"] = metadata("umbrella", dependencies.String())
	files["umbrella/values.yaml"] = values.String()
	files["umbrella/templates/x.yaml"] = "kind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n"
	return files
}

// tplHeavy renders texts of its values through tpl, in templates of 20 calls.
func tplHeavy(calls int) map[string]string {
	files := small("tpl", 2)
	for i := range calls / 20 {
		files[fmt.Sprintf("tpl/templates/tpl-%d.yaml", i)] = "kind: ConfigMap\nmetadata: {name: tpl-" + fmt.Sprint(i) + "}\ndata:\n" +
			"{{- range $i := until 20 }}\n  k{{ $i }}: {{ tpl (printf \"%s-%d\" $.Values.text $i) $ | quote }}\n{{- end }}\n"
	}
	files["tpl/values.yaml"] += "text: '{{ include \"tpl.fullname\" . }}.{{ .Release.Namespace }}.{{ .Values.service.port | default 80 }}'\n"
	return files
}

// includeHeavy nests helpers, and prints what they give as YAML.
func includeHeavy(calls int) map[string]string {
	files := small("include", 4)
	var out strings.Builder
	for i := range calls {
		fmt.Fprintf(&out, "kind: ConfigMap\nmetadata:\n  name: c%d\n  labels: {{- include \"include.labels\" . | nindent 4 }}\n"+
			"data: {{- include \"include.selector\" . | fromYaml | toYaml | nindent 2 }}\n---\n", i)
	}
	files["include/templates/many.yaml"] = out.String()
	return files
}

// definitions are resource definitions with a deep schema, as templates, which
// makes them documents to be read.
func definitions(count, fields int) map[string]string {
	files := map[string]string{"crds/Chart.yaml": metadata("crds", "")}
	for i := range count {
		var out strings.Builder
		fmt.Fprintf(&out, "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things%d.example.com\n"+
			"  labels: {app: {{ .Release.Name }}}\nspec:\n  versions:\n  - name: v1\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n", i)
		for f := range fields {
			fmt.Fprintf(&out, "          field%d:\n            description: |-\n              Field %d says what it is for, in a line that is about\n"+
				"              as long as these lines are.\n            type: string\n            enum: [\"a\", \"b\"]\n", f, f)
		}
		files[fmt.Sprintf("crds/templates/crd-%d.yaml", i)] = out.String()
	}
	return files
}

// valuesHeavy has a big tree of values, prints it and reads it again.
func valuesHeavy(keys int) map[string]string {
	files := small("values", 1)
	var out strings.Builder
	out.WriteString("big:\n")
	for i := range keys {
		fmt.Fprintf(&out, "  key%d: {name: item-%d, enabled: true, count: %d, list: [a, b, {c: d}], text: \"a: b\"}\n", i, i, i)
	}
	files["values/values.yaml"] += out.String()
	files["values/templates/big.yaml"] = "kind: ConfigMap\nmetadata: {name: big}\ndata: {{- toYaml .Values.big | nindent 2 }}\n" +
		"json: {{ toJson .Values.big | sha256sum }}\nback: {{ len (fromYaml (toYaml .Values.big)) }}\n"
	return files
}

const smallValues = `replicas: 2
image: {repository: example.com/app, tag: "", pullPolicy: IfNotPresent}
service: {type: ClusterIP, port: 80, host: example.com}
resources: {limits: {cpu: 100m, memory: 128Mi}, requests: {cpu: 100m, memory: 128Mi}}
podAnnotations: {a: b, c: "1"}
env: [{name: A, value: "1"}, {name: B, value: b}, {name: C, valueFrom: {secretKeyRef: {name: x, key: y}}}]
config: {one: "1", two: two, three: "a: b"}
nodeSelector: {}
tolerations: []
`

const smallHelpers = `{{- define "NAME.fullname" -}}
{{- printf "%s-%s" .Release.Name (default .Chart.Name .Values.nameOverride) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- define "NAME.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
{{- define "NAME.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "NAME.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
`

const smallDeployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "NAME.fullname" . }}
  labels: {{- include "NAME.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {{- include "NAME.selector" . | nindent 6 }}
  template:
    metadata:
      {{- with .Values.podAnnotations }}
      annotations: {{- toYaml . | nindent 8 }}
      {{- end }}
      labels: {{- include "NAME.labels" . | nindent 8 }}
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          env: {{- toYaml .Values.env | nindent 12 }}
          resources: {{- toYaml .Values.resources | nindent 12 }}
      {{- with .Values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
`

const smallService = `apiVersion: v1
kind: Service
metadata:
  name: {{ include "NAME.fullname" . }}
  labels: {{- include "NAME.labels" . | nindent 4 }}
spec:
  type: {{ .Values.service.type }}
  ports:
    - port: {{ .Values.service.port }}
  selector: {{- include "NAME.selector" . | nindent 4 }}
`

const smallConfig = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "NAME.fullname" . }}
  labels: {{- include "NAME.labels" . | nindent 4 }}
data:
  {{- range $key, $value := .Values.config }}
  {{ $key }}: {{ $value | quote }}
  {{- end }}
`

const smallAccount = `apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "NAME.fullname" . }}
  labels: {{- include "NAME.labels" . | nindent 4 }}
`
