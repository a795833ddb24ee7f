import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromRoot } from '../../src/targets.ts';
import type { ApiServer } from '../support/api-server.ts';
import { startCluster } from '../support/cluster.ts';
import { INGRESS_CLASS_PARAMS } from '../support/ingress-class-params.ts';
import { Owner } from '../support/owner.ts';
import { freePort, type Program, startProgram } from '../support/processes.ts';
import { ApiClient } from './api-client.ts';
import { type LoadBalancer, startLoadBalancer } from './load-balancer.ts';
import { nodesOf, ZONES, type Zone, type ZoneNodes } from './nodes.ts';
import { runScalers } from './run-scalers.ts';

/**
 * A cluster whose objects progress: Kubernetes' API server, controllers and scheduler, metrics-server, and six nodes of
 * kwok in three zones. Imitated: containers (stages/), Auto Mode's load balancer controller, and the passing of 300 s
 * and 50 s below. Not enforced: network policies. No pod mounts or reads anything.
 */
export interface MovingCluster extends AsyncDisposable {
  readonly server: ApiServer;
  readonly api: ApiClient;
  readonly loadBalancer: LoadBalancer;
  /** For programs that use kubectl, as administrator. */
  readonly kubeconfig: string;
  readonly nodes: (zone: Zone) => readonly string[];
  /** Its nodes stop at once, and report nothing more. */
  readonly loseZone: (zone: Zone) => Promise<void>;
  readonly returnZone: (zone: Zone) => Promise<void>;
  /** The sum of the programs' largest resident memories. */
  readonly peakMemoryMiB: () => Promise<number>;
}

/** Kubernetes' default is 300 s: kube-apiserver --default-unreachable-toleration-seconds. */
const TOLERATION_SECONDS = 10;
/** Kubernetes' default is 50 s: kube-controller-manager --node-monitor-grace-period. */
const NODE_GRACE_SECONDS = 16;

export async function startMovingCluster(): Promise<MovingCluster> {
  const server = await startCluster([
    `--default-unreachable-toleration-seconds=${TOLERATION_SECONDS}`,
    `--default-not-ready-toleration-seconds=${TOLERATION_SECONDS}`,
  ]);
  const owner = new Owner();
  owner.use(server);
  try {
    const kubeconfig = await writeKubeconfig(server);
    const programs: Program[] = [...server.programs];
    const add = (program: Program) => {
      programs.push(owner.use(program));
      return program;
    };
    for (const program of await startControlPlane(server, kubeconfig)) add(program);
    const zones = new Map<Zone, { readonly nodes: ZoneNodes; program: Program }>();
    for (const zone of ZONES) {
      const nodes = nodesOf(server, kubeconfig, zone);
      zones.set(zone, { nodes, program: add(await nodes.start()) });
    }
    const zoneOf = (zone: Zone) => {
      const found = zones.get(zone);
      if (!found) throw new Error(`no zone ${zone}`);
      return found;
    };
    const api = owner.use(new ApiClient(server));
    await setUp(server);
    owner.use(runScalers(server, api));
    return {
      server,
      api,
      kubeconfig,
      loadBalancer: owner.use(startLoadBalancer(server, api)),
      nodes: (zone) => zoneOf(zone).nodes.names,
      loseZone: async (zone) => {
        await zoneOf(zone).program[Symbol.asyncDispose]();
      },
      returnZone: async (zone) => {
        zoneOf(zone).program = add(await zoneOf(zone).nodes.start());
      },
      peakMemoryMiB: async () => {
        const peaks = await Promise.all(programs.map((program) => program.peakMemoryMiB()));
        return Math.round(peaks.reduce((sum, peak) => sum + peak, 0));
      },
      [Symbol.asyncDispose]: () => owner[Symbol.asyncDispose](),
    };
  } catch (error) {
    await owner[Symbol.asyncDispose]();
    throw error;
  }
}

async function startControlPlane(server: ApiServer, kubeconfig: string): Promise<Program[]> {
  const run = (name: string, args: readonly string[]) =>
    startProgram(name, args, join(server.directory, `${name}.log`));
  const clients = [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
  ];
  const metricsPort = await freePort();
  await server.kubectl.must(['apply', '-f', '-'], metricsApi(metricsPort));
  return [
    run('kube-controller-manager', [
      ...clients,
      '--secure-port=0',
      '--leader-elect=false',
      `--service-account-private-key-file=${server.serviceAccountKey}`,
      `--node-monitor-grace-period=${NODE_GRACE_SECONDS}s`,
      '--node-monitor-period=2s',
      '--horizontal-pod-autoscaler-sync-period=5s',
    ]),
    run('kube-scheduler', [...clients, '--secure-port=0', '--leader-elect=false']),
    run('metrics-server', [
      ...clients,
      '--bind-address=127.0.0.1',
      `--secure-port=${metricsPort}`,
      `--cert-dir=${join(server.directory, 'metrics-server')}`,
      '--kubelet-use-node-status-port',
      '--kubelet-insecure-tls',
      '--metric-resolution=10s',
      '--kubelet-request-timeout=5s',
    ]),
  ];
}

/** The aggregated API of metrics-server, on this machine. */
function metricsApi(port: number): string {
  const service = { name: 'metrics-server', namespace: 'kube-system' };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: service,
        spec: { type: 'ExternalName', externalName: 'localhost' },
      },
      {
        apiVersion: 'apiregistration.k8s.io/v1',
        kind: 'APIService',
        metadata: { name: 'v1beta1.metrics.k8s.io' },
        spec: {
          group: 'metrics.k8s.io',
          version: 'v1beta1',
          groupPriorityMinimum: 100,
          versionPriority: 100,
          insecureSkipTLSVerify: true,
          service: { ...service, port },
        },
      },
      // The API server authorizes a reader, and has no certificate here that lets it speak for the reader.
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'metrics-reader' },
        rules: [
          { apiGroups: ['metrics.k8s.io'], resources: ['*'], verbs: ['get', 'list'] },
          { nonResourceURLs: ['/apis/*', '/openapi/*'], verbs: ['get'] },
        ],
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'metrics-reader' },
        roleRef: {
          apiGroup: 'rbac.authorization.k8s.io',
          kind: 'ClusterRole',
          name: 'metrics-reader',
        },
        subjects: [
          { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'system:anonymous' },
        ],
      },
    ],
  });
}

/** What an administrator does once, for Auto Mode. */
async function setUp({ kubectl }: ApiServer): Promise<void> {
  await kubectl.must(['apply', '-f', '-'], INGRESS_CLASS_PARAMS);
  await kubectl.must(['wait', '--for=condition=Established', 'crd', '--all']);
  await kubectl.must(['apply', '-k', fromRoot('platform/cluster-setup/auto')]);
  await kubectl.must(['wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=60s']);
  const api = ['apiservice/v1beta1.metrics.k8s.io', '--for=condition=Available', '--timeout=90s'];
  await kubectl.must(['wait', ...api]);
}

async function writeKubeconfig({ url, token, directory }: ApiServer): Promise<string> {
  const file = join(directory, 'kubeconfig.json');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'drill',
    clusters: [{ name: 'drill', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'drill', context: { cluster: 'drill', user: 'admin' } }],
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}
