import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { domainPorts } from '@studymate/contracts';
import { canRunTools, findProblems, type Manifest } from '@studymate/kubernetes-stand-in';
import { root } from '../end-to-end/house.ts';
import { chart, environments, helm, render, valuesOf } from './helm.ts';

const onLinux = canRunTools ? describe : describe.skip;
const domains = Object.keys(domainPorts).filter((name) => name !== 'relay' && name !== 'gateway');
const workers = domains.map((name) => `${name}-worker`);
const processes = ['gateway', 'relay', ...domains, ...workers].toSorted();

interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef: { readonly key: string } };
  }[];
  readonly resources: unknown;
  readonly securityContext: unknown;
  readonly livenessProbe?: { readonly httpGet: { readonly path: string } };
  readonly readinessProbe?: unknown;
}

interface PodSpec {
  readonly containers: readonly Container[];
  readonly securityContext: unknown;
  readonly automountServiceAccountToken: boolean;
}

type Rendered = Manifest & { readonly spec: Record<string, unknown> };

const ofKind = (manifests: readonly Manifest[], kind: string) =>
  manifests.filter((manifest): manifest is Rendered => manifest.kind === kind);
const specOf = <Spec>(manifests: readonly Manifest[], kind: string, name: string): Spec => {
  const found = ofKind(manifests, kind).find(({ metadata }) => metadata.name === `sm-${name}`);
  if (!found) throw new Error(`There is no ${kind} ${name}.`);
  return found.spec as Spec;
};

const podOf = ({ kind, spec }: Rendered): PodSpec => {
  if (kind === 'Pod') return spec as unknown as PodSpec;
  const job = kind === 'CronJob' ? (spec.jobTemplate as { spec: Rendered['spec'] }).spec : spec;
  return (job.template as { spec: PodSpec }).spec;
};
const listPods = (manifests: readonly Manifest[]) =>
  ['Deployment', 'Job', 'CronJob', 'Pod'].flatMap((kind) => ofKind(manifests, kind).map(podOf));

function containerOf(manifests: readonly Manifest[], name: string): Container {
  const [container] = podOf({
    kind: 'Deployment',
    spec: specOf(manifests, 'Deployment', name),
  } as Rendered).containers;
  if (!container) throw new Error(`${name} has no container.`);
  return container;
}

onLinux('the chart', () => {
  let rendered: Record<string, Manifest[]>;
  let production: Manifest[];

  beforeAll(async () => {
    const each = await Promise.all(environments.map(async (name) => [name, await render(name)] as const));
    rendered = Object.fromEntries(each);
    production = rendered.production ?? [];
  }, 60_000);

  it.each(environments)('is strictly lint-free with the values of %s', async (environment) => {
    const { code, text } = await helm('lint', chart, '--strict', '--values', valuesOf(environment));
    expect(text).toContain('0 chart(s) failed');
    expect(code).toBe(0);
  });

  it.each(environments)(
    'makes objects of known kinds, fields and types with the values of %s',
    async (environment) => {
      const manifests = rendered[environment] ?? [];
      expect(manifests.length).toBeGreaterThan(50);
      expect((await Promise.all(manifests.map((manifest) => findProblems(manifest)))).flat()).toEqual([]);
    },
  );

  it('knows what an object may not be', async () => {
    const [deployment] = ofKind(production, 'Deployment');
    const wrong = { ...deployment, spec: { ...deployment?.spec, replicas: 'three' } } as unknown as Manifest;
    const strange = { ...deployment, spec: { ...deployment?.spec, replica: 3 } } as unknown as Manifest;
    expect((await findProblems(wrong)).join()).toMatch(/replicas/);
    expect(await findProblems(strange)).toEqual([expect.stringContaining('spec.replica is no field of it')]);
  });

  it.each([
    ['replicas=many', 'replicas'],
    ['replica=2', 'replica'],
    ['services.study.ports=1', 'ports'],
    ['autoscaling.targetCpu=130', 'targetCpu'],
    ['services.study.secrets={lower}', 'secrets'],
  ])('refuses the value %s', async (value, named) => {
    const { code, text } = await helm('template', 'sm', chart, '--set', value);
    expect(code).not.toBe(0);
    expect(text).toContain(named);
  });

  it('runs every process of the house, each from an entry that is there', () => {
    const deployments = ofKind(production, 'Deployment').map(({ metadata }) => metadata.name.slice(3));
    expect(deployments.toSorted()).toEqual(processes);
    for (const name of processes) {
      const { image, args } = containerOf(production, name);
      const service = /\/([a-z]+):/.exec(image)?.[1] ?? '';
      const folder = service === 'gateway' ? service : `subgraphs/${service}`;
      expect([name, existsSync(join(root, folder, args?.[1] ?? 'nothing'))]).toEqual([name, true]);
    }
  });

  it('has the figures of the design', () => {
    const amounts = { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '500m', memory: '1Gi' } };
    for (const name of processes) expect(containerOf(production, name).resources).toEqual(amounts);
    for (const name of ['gateway', 'relay', ...domains]) {
      const { livenessProbe, readinessProbe } = containerOf(production, name);
      const live = {
        httpGet: { path: '/health/', port: 'http' },
        initialDelaySeconds: 30,
        periodSeconds: 10,
      };
      const ready = { httpGet: { path: '/ready/', port: 'http' }, initialDelaySeconds: 5, periodSeconds: 5 };
      expect(livenessProbe).toMatchObject(live);
      expect(readinessProbe).toMatchObject(ready);
    }
    expect(specOf(production, 'HorizontalPodAutoscaler', 'gateway')).toMatchObject({
      minReplicas: 3,
      metrics: [
        { resource: { name: 'cpu', target: { averageUtilization: 70 } } },
        { resource: { name: 'memory', target: { averageUtilization: 80 } } },
        { pods: { metric: { name: 'http_requests_per_second' }, target: { averageValue: '100' } } },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
    });
    expect(specOf(production, 'Ingress', 'gateway')).toMatchObject({ ingressClassName: 'haproxy' });
    const [ingress] = ofKind(production, 'Ingress');
    expect(ingress?.metadata.annotations).toMatchObject({ 'haproxy.org/load-balance': 'leastconn' });
  });

  it('lets only the gateway reach a subgraph, and nobody a worker', () => {
    const gateway = {
      podSelector: {
        matchLabels: { 'app.kubernetes.io/component': 'gateway', 'app.kubernetes.io/instance': 'sm' },
      },
    };
    for (const name of ['relay', ...domains])
      expect(specOf(rendered.development ?? [], 'NetworkPolicy', name)).toMatchObject({
        policyTypes: ['Ingress'],
        ingress: [{ from: [gateway], ports: [{ port: 'http' }] }],
      });
    for (const name of workers)
      expect(specOf(rendered.development ?? [], 'NetworkPolicy', name)).toMatchObject({
        policyTypes: ['Ingress'],
        ingress: [],
      });
    // With an operator of Prometheus, the namespace that gathers metrics too, and no other.
    const monitoring = {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
    };
    for (const name of workers)
      expect(specOf(production, 'NetworkPolicy', name)).toMatchObject({
        ingress: [{ from: [monitoring], ports: [{ port: 'metrics' }] }],
      });
    const { ingress } = specOf<{ ingress: { from: unknown[] }[] }>(production, 'NetworkPolicy', 'quiz');
    expect(ingress[0]?.from).toEqual([gateway, monitoring]);
  });

  it('has the metrics of every process gathered: of servers by their Service, of workers by their pods', () => {
    const namesOf = (kind: string) =>
      ofKind(production, kind)
        .map(({ metadata }) => metadata.name.replace(/^sm-/, ''))
        .toSorted();
    expect([...namesOf('ServiceMonitor'), ...namesOf('PodMonitor')].toSorted()).toEqual(processes);
    expect(namesOf('PodMonitor')).toEqual(workers.toSorted());
    for (const name of workers)
      expect(specOf(production, 'PodMonitor', name)).toMatchObject({
        podMetricsEndpoints: [{ port: 'metrics', path: '/metrics' }],
      });
  });

  it('runs nothing as root, writable, or with rights', () => {
    const pods = listPods(production);
    expect(pods.length).toBe(processes.length + 4);
    for (const { containers, securityContext, automountServiceAccountToken } of pods) {
      expect(automountServiceAccountToken).toBe(false);
      expect(securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const container of containers)
        expect(container.securityContext).toEqual({
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
        });
    }
  });

  it('gives a process the secrets of its own, and writes none into an object', () => {
    const secretsOf = (name: string) =>
      containerOf(production, name).env.flatMap(({ valueFrom }) =>
        valueFrom ? [valueFrom.secretKeyRef.key] : [],
      );
    expect(secretsOf('gateway')).toEqual(['REDIS_URL', 'SUBGRAPH_SECRET', 'GATEWAY_DEBUG_TOKEN']);
    expect(secretsOf('personalization')).toEqual([
      'REDIS_URL',
      'SUBGRAPH_SECRET',
      'PERSONALIZATION_DATABASE_URL',
      'PERSONALIZATION_REPLICA_URL',
    ]);
    for (const name of processes.filter((process) => !process.startsWith('auth')))
      expect(secretsOf(name)).not.toContain('AUTH_SECRET');
    expect(ofKind(production, 'Secret')).toEqual([]);
  });

  it('migrates before anything starts, and backs up daily and hourly', () => {
    const [migrations] = ofKind(production, 'Job');
    expect(migrations?.metadata.annotations?.['helm.sh/hook']).toBe('pre-install,pre-upgrade');
    expect(specOf(production, 'CronJob', 'backup-postgresql')).toMatchObject({ schedule: '30 3 * * *' });
    expect(specOf(production, 'CronJob', 'backup-redis')).toMatchObject({ schedule: '5 * * * *' });
    const migrated = migrations && podOf(migrations).containers[0]?.env.map(({ name }) => name);
    const databases = readdirSync(join(root, 'prisma'))
      .filter((name) => existsSync(join(root, 'prisma', name, 'schema.prisma')))
      .map((name) => `${name.toUpperCase()}_DATABASE_URL`);
    expect(migrated).toEqual(expect.arrayContaining(databases));
  });
});
