import { z } from 'zod';
import type { CatalogFile } from './catalog-file.ts';

/** The suspended CronJob that the database's manifests have as a template. */
export const TEMPLATE = 'database-import-catalog';
export const LABEL = 'app.kubernetes.io/component=import-catalog';
const LABELS = {
  'app.kubernetes.io/name': 'database',
  'app.kubernetes.io/component': 'import-catalog',
  'app.kubernetes.io/part-of': 'carthub',
};
const FOLDER = '/catalog';
const FILE = 'products.csv';

const NAMED_LISTS = z.object({ volumes: z.array(z.unknown()).default([]) });
const CRON_JOB = z.object({
  spec: z.object({
    jobTemplate: z.object({
      spec: z.looseObject({
        template: z.looseObject({
          spec: NAMED_LISTS.loose().extend({
            containers: z.tuple([
              z.looseObject({
                args: z.tuple([z.literal('import-catalog'), z.string(), z.literal('--if-empty')]),
                volumeMounts: z.array(z.unknown()).default([]),
              }),
            ]),
          }),
        }),
      }),
    }),
  }),
});

/** The Job's name says what it imports: another file is another Job. */
export function jobNameOf(file: CatalogFile | undefined): string {
  return `import-catalog-${file?.digest ?? 'image'}`;
}

/** The ConfigMap that carries the file into the Job's pod. */
export function configMapOf(file: CatalogFile): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: jobNameOf(file), labels: LABELS },
    immutable: true,
    binaryData: { [FILE]: file.content.toString('base64') },
  };
}

/**
 * The Job: the CronJob's template, so the cluster runs what the manifests' checks have seen, and with a file its
 * ConfigMap as a volume.
 *
 * @param cronJob as `kubectl get cronjob -o json` prints it
 */
export function jobOf(cronJob: unknown, file: CatalogFile | undefined): object {
  const { spec } = CRON_JOB.parse(cronJob).spec.jobTemplate;
  const name = jobNameOf(file);
  if (file) {
    const { spec: pod } = spec.template;
    const [container] = pod.containers;
    container.args[1] = `${FOLDER}/${FILE}`;
    container.volumeMounts.push({ name: 'catalog', mountPath: FOLDER, readOnly: true });
    pod.volumes.push({ name: 'catalog', configMap: { name } });
  }
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, labels: LABELS }, spec };
}

const JOBS = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z
        .object({
          conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
        })
        .default({ conditions: [] }),
    }),
  ),
});

export interface ImportJob {
  readonly name: string;
  readonly state: 'running' | 'complete' | 'failed';
}

/** @param list as `kubectl get jobs -o json` prints it */
export function jobsIn(list: unknown): readonly ImportJob[] {
  return JOBS.parse(list).items.map(({ metadata, status }) => {
    const holds = (type: string) =>
      status.conditions.some((each) => each.type === type && each.status === 'True');
    // FailureTarget and SuccessCriteriaMet come before the pods have ended (Kubernetes, "Jobs", terminal conditions).
    const state = holds('Complete') ? 'complete' : holds('Failed') ? 'failed' : 'running';
    return { name: metadata.name, state };
  });
}
