{{/* Labels of one process. Takes a dict of root and name. */}}
{{- define "studymate.labels" -}}
app.kubernetes.io/name: studymate
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end }}

{{/* The image of a service. Takes a dict of root and image. */}}
{{- define "studymate.image" -}}
{{ .root.Values.image.registry }}/{{ .image }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{/* Variables that come from the Secret, by name. Takes a dict of root, names and optional. */}}
{{- define "studymate.secretVariables" -}}
{{- range .names }}
- name: {{ . }}
  valueFrom:
    secretKeyRef: { name: {{ $.root.Values.secrets.name }}, key: {{ . }}{{ if $.optional }}, optional: true{{ end }} }
{{- end }}
{{- end }}

{{/* Plain variables of every process. Takes a dict of root and own, which win. */}}
{{- define "studymate.plainVariables" -}}
{{- range $name, $value := merge (dict) (.own | default dict) .root.Values.environment }}
- { name: {{ $name }}, value: {{ $value | quote }} }
{{- end }}
{{- end }}

{{/* What no pod of ours may do without. */}}
{{- define "studymate.podSecurity" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "studymate.containerSecurity" -}}
readOnlyRootFilesystem: true
allowPrivilegeEscalation: false
capabilities: { drop: [ALL] }
{{- end }}

{{/* The variables that name the databases: one for each subgraph that has one. */}}
{{- define "studymate.databases" -}}
{{- $names := list }}
{{- range $name, $service := .Values.services }}
{{- if and $service.port (not $service.public) (ne ($service.database | default "own") "none") }}
{{- $names = append $names (printf "%s_DATABASE_URL" (upper $name)) }}
{{- end }}
{{- end }}
{{- $names | toJson }}
{{- end }}
