export interface Resource {
  readonly plural: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
}

const namespaced = (plural: string, kind: string): Resource => ({ plural, kind, isNamespaced: true });
const clusterWide = (plural: string, kind: string): Resource => ({ plural, kind, isNamespaced: false });

/** What the stand-in knows, by group and version. */
export const resources: Readonly<Record<string, readonly Resource[]>> = {
  v1: [
    clusterWide('namespaces', 'Namespace'),
    namespaced('configmaps', 'ConfigMap'),
    namespaced('events', 'Event'),
    namespaced('persistentvolumeclaims', 'PersistentVolumeClaim'),
    namespaced('pods', 'Pod'),
    namespaced('secrets', 'Secret'),
    namespaced('serviceaccounts', 'ServiceAccount'),
    namespaced('services', 'Service'),
  ],
  'apps/v1': [namespaced('deployments', 'Deployment'), namespaced('replicasets', 'ReplicaSet')],
  'autoscaling/v2': [namespaced('horizontalpodautoscalers', 'HorizontalPodAutoscaler')],
  'batch/v1': [namespaced('cronjobs', 'CronJob'), namespaced('jobs', 'Job')],
  'external-secrets.io/v1': [namespaced('externalsecrets', 'ExternalSecret')],
  'monitoring.coreos.com/v1': [
    namespaced('podmonitors', 'PodMonitor'),
    namespaced('servicemonitors', 'ServiceMonitor'),
  ],
  'networking.k8s.io/v1': [
    namespaced('ingresses', 'Ingress'),
    namespaced('networkpolicies', 'NetworkPolicy'),
  ],
  'policy/v1': [namespaced('poddisruptionbudgets', 'PodDisruptionBudget')],
};

export const pathOf = (groupVersion: string): string =>
  groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
