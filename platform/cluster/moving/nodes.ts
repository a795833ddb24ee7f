import { join } from 'node:path';
import { fromRoot } from '../../src/targets.ts';
import type { ApiServer } from '../support/api-server.ts';
import { freePort, type Program, startProgram } from '../support/processes.ts';

export const ZONES = ['us-west-2a', 'us-west-2b', 'us-west-2c'] as const;
export type Zone = (typeof ZONES)[number];

const NODES_PER_ZONE = 2;
/** Leases are renewed four times as often. */
const LEASE_SECONDS = 8;

/** The nodes of a zone, which one kwok process keeps alive: without it, their kubelets seem dead. */
export interface ZoneNodes {
  readonly zone: Zone;
  readonly names: readonly string[];
  readonly start: () => Promise<Program>;
}

export function nodesOf(server: ApiServer, kubeconfig: string, zone: Zone): ZoneNodes {
  const index = ZONES.indexOf(zone);
  const names = Array.from({ length: NODES_PER_ZONE }, (_, node) => `node-${zone.at(-1)}${node}`);
  return {
    zone,
    names,
    start: async () => {
      const port = await freePort();
      const manifest = {
        apiVersion: 'v1',
        kind: 'List',
        items: names.map((name) => node(name, zone)),
      };
      await server.kubectl.must(['apply', '-f', '-'], JSON.stringify(manifest));
      const configs = [
        fromRoot('.carthub/bin/node-initialize.yaml'),
        fromRoot('.carthub/bin/metrics-resource.yaml'),
        fromRoot('.carthub/bin/usage-from-annotation.yaml'),
        join(import.meta.dirname, 'stages/pods.yaml'),
        join(import.meta.dirname, 'stages/jobs.yaml'),
      ];
      return startProgram(
        'kwok',
        [
          ...configs.map((config) => `--config=${config}`),
          `--kubeconfig=${kubeconfig}`,
          '--manage-all-nodes=false',
          `--manage-nodes-with-label-selector=topology.kubernetes.io/zone=${zone}`,
          `--node-lease-duration-seconds=${LEASE_SECONDS}`,
          // The subnets of the pods (infrastructure_cdk).
          `--cidr=10.0.${4 + index}.0/24`,
          '--node-ip=127.0.0.1',
          `--node-port=${port}`,
          `--server-address=127.0.0.1:${port}`,
        ],
        join(server.directory, `kwok-${zone}.log`),
      );
    },
  };
}

/** A node like Auto Mode's smallest: 2 processors, 8 GiB, less what the system keeps. */
function node(name: string, zone: Zone): object {
  const resources = { cpu: '1930m', memory: '7Gi', 'ephemeral-storage': '80Gi', pods: '27' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/arch': 'arm64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/region': 'us-west-2',
        'topology.kubernetes.io/zone': zone,
      },
      // metrics-server reads the path of a node's metrics from here.
      annotations: {
        'metrics.k8s.io/resource-metrics-path': `/metrics/nodes/${name}/metrics/resource`,
      },
    },
    status: { capacity: resources, allocatable: resources },
  };
}
