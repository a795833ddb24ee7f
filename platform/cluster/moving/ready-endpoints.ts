import type { ApiClient, WatchEvent } from './api-client.ts';
import { type EndpointSlice, NAMESPACE } from './objects.ts';

/** What a Service's EndpointSlices showed since the start of the watch, at every change. */
export interface ReadyEndpoints extends Disposable {
  /** The lowest number of ready endpoints at any moment. */
  readonly fewest: () => number;
  /** The names of all pods that were ready at some moment. */
  readonly pods: () => ReadonlySet<string>;
}

export function watchReadyEndpoints(api: ApiClient, service: string): ReadyEndpoints {
  const slices = new Map<string, readonly string[]>();
  const pods = new Set<string>();
  let fewest = Number.POSITIVE_INFINITY;
  const selector = encodeURIComponent(`kubernetes.io/service-name=${service}`);
  const path = `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices?labelSelector=${selector}`;
  let isBroken = false;
  const onBroken = () => {
    isBroken = true;
  };
  const onEvent = ({ type, object }: WatchEvent<EndpointSlice>) => {
    const ready = (object.endpoints ?? [])
      .filter(({ conditions }) => conditions.ready)
      .map(({ targetRef }) => targetRef?.name ?? '');
    if (type === 'DELETED') slices.delete(object.metadata.name);
    else slices.set(object.metadata.name, ready);
    for (const pod of ready) pods.add(pod);
    fewest = Math.min(fewest, [...slices.values()].flat().length);
  };
  const watch = api.watch<EndpointSlice>(path, onEvent, onBroken);
  return {
    fewest: () => {
      if (isBroken) throw new Error(`the watch of ${service} is broken`);
      return fewest;
    },
    pods: () => pods,
    [Symbol.dispose]: () => watch[Symbol.dispose](),
  };
}
