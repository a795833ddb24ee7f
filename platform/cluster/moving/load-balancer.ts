import { setTimeout } from 'node:timers/promises';
import type { ApiServer } from '../support/api-server.ts';
import type { ApiClient } from './api-client.ts';
import { has, type List, NAMESPACE, type Node, type Pod, podsPath } from './objects.ts';

/**
 * Imitates what Auto Mode's load balancer controller does with the pods behind the Ingress. Auto Mode's is closed; its
 * open original is github.com/kubernetes-sigs/aws-load-balancer-controller:
 *
 * - A pod created after the Ingress gets a readiness gate if its namespace has the label
 *   (docs/deploy/pod_readiness_gate.md). The webhook's failurePolicy is Ignore.
 * - A pod becomes a target when its containers are ready, and stops being one when it terminates or its node is lost
 *   (pkg/backend/endpoint_resolver.go).
 * - The gate's condition is "True" only while the target is healthy (pkg/targetgroupbinding/resource_manager.go).
 *
 * A target becomes healthy after {@link HEALTHY_AFTER_MS} instead of the Ingress's two checks, 10 s apart. AWS, its
 * requests to pods, and its limits are not imitated.
 */
export interface LoadBalancer extends AsyncDisposable {
  readonly healthyTargets: () => number;
  /** Starts to count; returns the lowest number of healthy targets since then. */
  readonly watchTargets: () => () => number;
}

export const GATE = 'target-health.elbv2.k8s.aws/k8s-shopping-frontend-1234567890';
/**
 * Auto Mode's label. Not `elbv2.k8s.aws/pod-readiness-gate-inject`, which Auto Mode ignores: its namespaceSelector is
 * in `kubectl get mutatingwebhookconfiguration eks-load-balancing-webhook`, as users of it report.
 */
export const GATE_LABEL = 'eks.amazonaws.com/pod-readiness-gate-inject';
const HEALTHY_AFTER_MS = 3_000;
const INTERVAL_MS = 300;

export function startLoadBalancer(server: ApiServer, api: ApiClient): LoadBalancer {
  const stopped = new AbortController();
  const healthySince = new Map<string, number>();
  const watchers = new Set<(healthy: number) => void>();
  let hasWebhook = false;
  let latest = 0;

  async function reconcile(): Promise<void> {
    const ingresses = await api.get<List<unknown>>(
      `/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/ingresses`,
    );
    if (ingresses.items.length === 0) return;
    if (!hasWebhook) await server.kubectl.must(['apply', '-f', '-'], WEBHOOK);
    hasWebhook = true;

    const nodes = await api.get<List<Node>>('/api/v1/nodes');
    const isUp = new Map(
      nodes.items.map(({ metadata, status }) => [metadata.name, has(status.conditions, 'Ready')]),
    );
    const pods = (await api.get<List<Pod>>(podsPath('frontend'))).items;
    const targets = pods.filter((pod) => isTarget(pod, isUp.get(pod.spec.nodeName ?? '') ?? false));
    const uids = new Set(targets.map(({ metadata }) => metadata.uid));
    for (const uid of healthySince.keys()) if (!uids.has(uid)) healthySince.delete(uid);
    for (const uid of uids)
      if (!healthySince.has(uid)) healthySince.set(uid, Date.now() + HEALTHY_AFTER_MS);

    const healthy = targets.filter(({ metadata }) => isHealthy(metadata.uid));
    latest = healthy.length;
    for (const watcher of watchers) watcher(latest);
    for (const pod of targets) await setGate(api, pod, isHealthy(pod.metadata.uid));
  }

  const isHealthy = (uid: string) =>
    (healthySince.get(uid) ?? Number.POSITIVE_INFINITY) <= Date.now();

  const running = (async () => {
    while (!stopped.signal.aborted) {
      await reconcile();
      await setTimeout(INTERVAL_MS);
    }
  })();
  // A failure is reported at the end, by the disposal.
  running.catch(() => undefined);

  return {
    healthyTargets: () => latest,
    watchTargets: () => {
      let fewest = Number.POSITIVE_INFINITY;
      const watcher = (healthy: number) => {
        fewest = Math.min(fewest, healthy);
      };
      watchers.add(watcher);
      return () => {
        watchers.delete(watcher);
        return fewest;
      };
    },
    [Symbol.asyncDispose]: async () => {
      stopped.abort();
      await running;
    },
  };
}

function isTarget({ metadata, status }: Pod, isNodeUp: boolean): boolean {
  if (metadata.deletionTimestamp) return false;
  return has(status.conditions, 'Ready') || (has(status.conditions, 'ContainersReady') && isNodeUp);
}

async function setGate(api: ApiClient, pod: Pod, isHealthy: boolean): Promise<void> {
  const { readinessGates = [] } = pod.spec;
  if (!readinessGates.some(({ conditionType }) => conditionType === GATE)) return;
  const present = pod.status.conditions?.find(({ type }) => type === GATE);
  const status = isHealthy ? 'True' : 'False';
  if (present?.status === status) return;
  const condition = {
    type: GATE,
    status,
    reason: isHealthy ? '' : 'Elb.InitialHealthChecking',
    lastTransitionTime: new Date().toISOString().replace(/\.\d+/, ''),
  };
  await api.patch(`/api/v1/namespaces/${NAMESPACE}/pods/${pod.metadata.name}/status`, {
    metadata: { uid: pod.metadata.uid },
    status: { conditions: [condition] },
  });
}

/** Does the webhook's work inside the API server, so that no certificate is needed. */
const WEBHOOK = JSON.stringify({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicy',
      metadata: { name: 'load-balancer' },
      spec: {
        failurePolicy: 'Ignore',
        reinvocationPolicy: 'Never',
        matchConstraints: {
          namespaceSelector: { matchLabels: { [GATE_LABEL]: 'enabled' } },
          objectSelector: { matchLabels: { 'app.kubernetes.io/name': 'frontend' } },
          resourceRules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
          ],
        },
        mutations: [
          {
            patchType: 'JSONPatch',
            jsonPatch: {
              expression: `[JSONPatch{op: "add", path: "/spec/readinessGates", value: [{"conditionType": "${GATE}"}]}]`,
            },
          },
        ],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicyBinding',
      metadata: { name: 'load-balancer' },
      spec: { policyName: 'load-balancer' },
    },
  ],
});
