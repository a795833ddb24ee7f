import { setTimeout } from 'node:timers/promises';
import type { ApiServer } from '../support/api-server.ts';
import type { ApiClient } from './api-client.ts';
import { type List, NAMESPACE, type Pod, podsPath } from './objects.ts';

const INTERVAL_MS = 500;
/** stages/jobs.yaml ends the pod with it. */
const EXIT_CODE = 'carthub.example/exit-code';

/**
 * Runs what the containers of scheduled scaling would run: kubectl, with the token of the pod's service account. Other
 * containers do not run.
 */
export function runScalers(server: ApiServer, api: ApiClient): AsyncDisposable {
  const stopped = new AbortController();

  async function run({ metadata, spec }: Pod): Promise<void> {
    const create = ['create', 'token', spec.serviceAccountName, '-n', NAMESPACE];
    const kubectl = server.kubectl.as(await server.kubectl.must(create));
    const codes = [];
    for (const { args = [] } of spec.containers) {
      const own = args.filter((arg) => !arg.startsWith('--cache-dir='));
      codes.push((await kubectl.run(own)).exitCode ?? 1);
    }
    const annotations = { [EXIT_CODE]: String(Math.max(...codes)) };
    const path = `/api/v1/namespaces/${NAMESPACE}/pods/${metadata.name}`;
    await api.patch(path, { metadata: { annotations } });
  }

  const running = (async () => {
    while (!stopped.signal.aborted) {
      const { items } = await api.get<List<Pod>>(podsPath('scaler'));
      const waiting = items.filter(
        ({ metadata, status }) =>
          status.phase === 'Running' && metadata.annotations?.[EXIT_CODE] === undefined,
      );
      for (const pod of waiting) await run(pod);
      await setTimeout(INTERVAL_MS);
    }
  })();
  // A failure is reported at the end, by the disposal.
  running.catch(() => undefined);

  return {
    [Symbol.asyncDispose]: async () => {
      stopped.abort();
      await running;
    },
  };
}
