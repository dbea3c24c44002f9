export { findProblems, type Manifest, parseManifests } from './manifests.ts';
export { type KubernetesStandIn, startKubernetesStandIn } from './server.ts';
export { canRunTools, findTool, type Tool } from './tools.ts';
