import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canRunTools, type KubernetesStandIn, startKubernetesStandIn } from '@studymate/kubernetes-stand-in';
import { chart, helm, kubectl, useCluster, valuesOf } from './helm.ts';

const onLinux = canRunTools ? describe : describe.skip;
const values = ['--values', valuesOf('staging')];

/** The real helm and kubectl against a stand-in for the API server: orders, names, hooks; nothing runs. */
onLinux('a release', () => {
  let cluster: KubernetesStandIn;
  const imageOf = (name: string): unknown =>
    JSON.stringify(
      cluster.list('apps/v1', 'deployments').find(({ metadata }) => metadata.name === name),
    ).match(/"image":"([^"]+)"/)?.[1];
  const step = async (...parameters: readonly string[]) => {
    const from = cluster.changes.length;
    const { code, text } = await helm(...parameters);
    if (code !== 0) throw new Error(text);
    return { text, changes: cluster.changes.slice(from) };
  };
  let installed: Awaited<ReturnType<typeof step>>;
  let upgraded: Awaited<ReturnType<typeof step>>;
  let images: unknown[];
  let status: string;
  let tested: Awaited<ReturnType<typeof step>>;
  let rolledBack: Awaited<ReturnType<typeof step>>;
  let history: { readonly status: string; readonly description: string }[];
  let left: readonly unknown[];

  beforeAll(async () => {
    cluster = await startKubernetesStandIn();
    useCluster(cluster.url);
    const read = () => imageOf('sm-study');
    installed = await step('install', 'sm', chart, ...values, '--set', 'image.tag=one', '--wait');
    images = [read()];
    upgraded = await step('upgrade', 'sm', chart, ...values, '--set', 'image.tag=two', '--wait');
    images.push(read());
    ({ text: status } = await kubectl('rollout', 'status', 'deployment/sm-study'));
    tested = await step('test', 'sm');
    rolledBack = await step('rollback', 'sm', '1', '--wait');
    images.push(read());
    history = JSON.parse((await step('history', 'sm', '--output', 'json')).text);
    await step('uninstall', 'sm');
    left = [...cluster.list('apps/v1', 'deployments'), ...cluster.list('v1', 'services')];
  }, 120_000);
  afterAll(() => cluster.stop());

  it('migrates before the first process is made, and again before it is changed', () => {
    const orderOf = ({ changes }: { readonly changes: readonly string[] }) =>
      ['externalsecrets/studymate-secrets', 'jobs/sm-migrations', 'deployments/sm-gateway'].map((object) =>
        changes.findIndex((change) => /^(ADDED|MODIFIED)/.test(change) && change.endsWith(object)),
      );
    for (const order of [orderOf(installed), orderOf(upgraded)]) {
      expect(order).not.toContain(-1);
      expect(order.toSorted((one, other) => one - other)).toEqual(order);
    }
  });

  it('runs the images it is told to, and the former ones after a roll-back', () => {
    expect(images).toEqual(['one', 'two', 'one'].map((tag) => `ghcr.io/studymate/study:${tag}`));
    expect(rolledBack.changes).toContain('MODIFIED deployments/sm-study');
    expect(history.map((revision) => revision.status)).toEqual(['superseded', 'superseded', 'deployed']);
    expect(history.at(-1)?.description).toBe('Rollback to 1');
  });

  it('is followed until it is out, and asked by the test of the chart', () => {
    expect(status).toContain('successfully rolled out');
    expect(tested.changes).toContain('ADDED pods/sm-test');
    expect(tested.text).toMatch(/Phase:\s+Succeeded/);
  });

  it('leaves nothing that runs when it is uninstalled, but the backups', () => {
    expect(left).toEqual([]);
    expect(cluster.list('v1', 'persistentvolumeclaims').map(({ metadata }) => metadata.name)).toEqual([
      'sm-backups',
    ]);
  });

  it('is refused by the server with a field that its kind does not have', async () => {
    const strange = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'strange' }, datum: {} };
    const { status: code, text } = await fetch(
      `${cluster.url}/api/v1/namespaces/default/configmaps?fieldValidation=Strict`,
      { method: 'POST', body: JSON.stringify(strange) },
    ).then(async (response) => ({ status: response.status, text: await response.text() }));
    expect([code, text]).toEqual([422, expect.stringContaining('datum is no field of it')]);
  });
});
