{{/*
The chart's part of a name. Names of objects hold small letters, digits and
dashes only, and at most 63 of them.
*/}}
{{- define "<CHARTNAME>.name" -}}
{{- include "<CHARTNAME>.legal" (default .Chart.Name .Values.nameOverride) -}}
{{- end -}}

{{/*
The name of the objects: the release's, followed by the chart's unless the one
holds the other.
*/}}
{{- define "<CHARTNAME>.fullname" -}}
{{- $name := include "<CHARTNAME>.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- include "<CHARTNAME>.legal" .Values.fullnameOverride -}}
{{- else if contains $name .Release.Name -}}
{{- include "<CHARTNAME>.legal" .Release.Name -}}
{{- else -}}
{{- include "<CHARTNAME>.legal" (printf "%s-%s" .Release.Name $name) -}}
{{- end -}}
{{- end -}}

{{/* A text, made fit for a name. */}}
{{- define "<CHARTNAME>.legal" -}}
{{- . | lower | replace "." "-" | replace "_" "-" | trunc 63 | trimAll "-" -}}
{{- end -}}

{{/* The labels by which the pods are found. A deployment must keep them for ever. */}}
{{- define "<CHARTNAME>.selector" -}}
app.kubernetes.io/name: {{ include "<CHARTNAME>.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* The labels of every object. */}}
{{- define "<CHARTNAME>.labels" -}}
{{ include "<CHARTNAME>.selector" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | replace "+" "_" | trunc 63 | trimAll "-_." | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimAll "-_." | quote }}
{{- end -}}

{{/* The account that the pods run as. */}}
{{- define "<CHARTNAME>.account" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "<CHARTNAME>.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}
