import { pathOf, type Resource, resources } from './resources.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

const listGroups = () => {
  const named = Object.keys(resources).filter((groupVersion) => groupVersion.includes('/'));
  return named.map((groupVersion) => {
    const [name = '', version = ''] = groupVersion.split('/');
    const only = { groupVersion, version };
    return { name, versions: [only], preferredVersion: only };
  });
};

const describeResource = ({ plural, kind, isNamespaced }: Resource) => ({
  name: plural,
  singularName: kind.toLowerCase(),
  namespaced: isNamespaced,
  kind,
  verbs,
});

/** That fields are validated by the server is all that clients look for in the schema before they apply. */
function describePatches(groupVersion: string, known: readonly Resource[]) {
  const [group, version] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion];
  return known.map(({ plural, kind, isNamespaced }) => {
    const path = `${pathOf(groupVersion)}${isNamespaced ? '/namespaces/{namespace}' : ''}/${plural}/{name}`;
    const patch = {
      parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }],
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': { group, version, kind },
    };
    return [path, { patch, parameters: [] }] as const;
  });
}

/** What the server says of itself at a path; undefined where the path is none of these. */
export function describeServer(path: string): object | undefined {
  if (path === '/version') return { major: '1', minor: '35', gitVersion: 'v1.35.0', platform: 'linux/amd64' };
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: listGroups() };
  if (path === '/openapi/v3') {
    const entry = (groupVersion: string) => [
      pathOf(groupVersion).slice(1),
      { serverRelativeURL: `/openapi/v3${pathOf(groupVersion)}` },
    ];
    return { paths: Object.fromEntries(Object.keys(resources).map(entry)) };
  }
  for (const [groupVersion, known] of Object.entries(resources)) {
    if (path === pathOf(groupVersion))
      return {
        kind: 'APIResourceList',
        apiVersion: 'v1',
        groupVersion,
        resources: known.map(describeResource),
      };
    if (path === `/openapi/v3${pathOf(groupVersion)}`)
      return {
        openapi: '3.0.0',
        info: { title: 'Kubernetes', version: 'v1.35.0' },
        paths: Object.fromEntries(describePatches(groupVersion, known)),
        components: { schemas: {} },
      };
  }
  return undefined;
}
