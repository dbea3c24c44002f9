{{- define "studymate.labels" -}}
app.kubernetes.io/name: studymate
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end }}
