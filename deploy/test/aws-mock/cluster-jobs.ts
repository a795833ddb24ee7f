import { z } from 'zod';
import { type Answer, json, plain } from './answer.ts';

const IMPORTED = 'Imported 72 products in 1 s: 72 new.';
const NOT_EMPTY = 'Nothing was imported: the shop already has products.';
/** "The data stored in a ConfigMap cannot exceed 1 MiB" (Kubernetes, "ConfigMaps"). */
const MAX_CONFIG_BYTES = 1_048_576;

const LABELS = z.record(z.string(), z.string()).default({});
/** A Job's name becomes a label of its pods (Kubernetes, "Jobs", "Writing a Job spec"). */
const METADATA = z.object({ name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/), labels: LABELS });
const CONTAINER = z.looseObject({
  name: z.string(),
  image: z.string(),
  volumeMounts: z.array(z.looseObject({ name: z.string() })).default([]),
});
const VOLUME = z.looseObject({
  name: z.string(),
  configMap: z.object({ name: z.string() }).optional(),
});
const POD = z
  .looseObject({
    // "Only a RestartPolicy equal to Never or OnFailure is allowed" (Kubernetes, "Jobs", "Pod Template").
    restartPolicy: z.enum(['Never', 'OnFailure']),
    containers: z.array(CONTAINER).min(1),
    volumes: z.array(VOLUME).default([]),
  })
  .refine(({ containers, volumes }) =>
    containers
      .flatMap(({ volumeMounts }) => volumeMounts)
      .every((mount) => volumes.some(({ name }) => name === mount.name)),
  );
const JOB = z.object({
  apiVersion: z.literal('batch/v1'),
  kind: z.literal('Job'),
  metadata: METADATA,
  spec: z.looseObject({ template: z.looseObject({ spec: POD }) }),
});
const CONFIG_MAP = z.object({
  apiVersion: z.literal('v1'),
  kind: z.literal('ConfigMap'),
  metadata: METADATA,
  immutable: z.boolean().optional(),
  binaryData: z
    .record(z.string(), z.base64())
    .refine(
      (data) =>
        Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text, 'base64'), 0) <=
        MAX_CONFIG_BYTES,
    ),
});
const OBJECT = z.discriminatedUnion('kind', [JOB, CONFIG_MAP]);

interface Job {
  readonly labels: Readonly<Record<string, string>>;
  readonly configMaps: readonly string[];
  readonly failure: string | undefined;
  /** Of the list since the pod has started. */
  polls: number;
  log: string;
}

/**
 * None while the pod runs, then the one that comes before the pod has ended, then the terminal one (Kubernetes, "Jobs",
 * "Terminal Job conditions").
 */
function conditionsOf({ failure, polls }: Job): object[] {
  const conditions = failure ? ['FailureTarget', 'Failed'] : ['SuccessCriteriaMet', 'Complete'];
  return conditions.slice(0, Math.max(polls - 1, 0)).map((type) => ({ type, status: 'True' }));
}

const POLLS_TO_END = 3;

/** The Jobs and ConfigMaps of the shop's namespace, which the fake kubectl asks for over HTTP. */
export class ClusterJobs {
  /** What the next import job prints before it fails. */
  importFailure: string | undefined;
  /** Everything that was created, as `kind/name`. */
  readonly objects: string[] = [];
  hasProducts = false;
  readonly #jobs = new Map<string, Job>();
  readonly #configMaps = new Map<string, Readonly<Record<string, string>>>();

  /** @param url such as `/cluster/jobs?label=…` or `/cluster/jobs/NAME/log` */
  handle(method: string, url: URL, body: string): Answer {
    const [, , kind = '', name, part] = url.pathname.split('/');
    const label = url.searchParams.get('label') ?? '';
    if (method === 'POST') return this.#create(body);
    if (part === 'log') return this.#log(name ?? '');
    if (method === 'GET') return this.#list(label);
    if (kind === 'configmaps') return this.#deleteConfigMaps(label);
    return this.#jobs.delete(name ?? '') ? plain(`job.batch "${name}" deleted`) : notFound(name);
  }

  #list(label: string): Answer {
    for (const job of this.#jobs.values()) this.#advance(job);
    const items = [...this.#jobs]
      .filter(([, { labels }]) => hasLabel(labels, label))
      .map(([name, job]) => ({
        metadata: { name, labels: job.labels },
        status: { conditions: conditionsOf(job) },
      }));
    return json({ items });
  }

  /** A pod waits for the ConfigMaps of its volumes (Kubernetes, "ConfigMaps"), and the import has ended with the Job. */
  #advance(job: Job): void {
    if (job.polls === 0 && !job.configMaps.every((name) => this.#configMaps.has(name))) return;
    job.polls += 1;
    if (job.polls !== POLLS_TO_END) return;
    job.log = job.failure ?? (this.hasProducts ? NOT_EMPTY : IMPORTED);
    this.hasProducts ||= job.failure === undefined;
  }

  /** A container that has not started has no log. `--tail=6` is done here. */
  #log(name: string): Answer {
    const job = this.#jobs.get(name);
    if (!job) return notFound(name);
    if (job.polls === 0)
      return plain('Error from server (BadRequest): container is waiting to start', 400);
    return plain(job.log.split('\n').slice(-6).join('\n'));
  }

  #create(manifest: string): Answer {
    const parsed = OBJECT.safeParse(JSON.parse(manifest));
    if (!parsed.success) return plain(`The object is invalid: ${parsed.error.message}`, 422);
    const { kind, metadata } = parsed.data;
    const { name, labels } = metadata;
    const resource = kind === 'Job' ? 'jobs.batch' : 'configmaps';
    if (kind === 'Job' ? this.#jobs.has(name) : this.#configMaps.has(name))
      return plain(`Error from server (AlreadyExists): ${resource} "${name}" already exists`, 409);
    this.objects.push(`${kind}/${name}`);
    if (parsed.data.kind === 'ConfigMap') this.#configMaps.set(name, labels);
    else {
      const { volumes } = parsed.data.spec.template.spec;
      const configMaps = volumes.flatMap(({ configMap }) => configMap?.name ?? []);
      this.#jobs.set(name, { labels, configMaps, failure: this.importFailure, polls: 0, log: '' });
      this.importFailure = undefined;
    }
    return plain(`${kind === 'Job' ? 'job.batch' : 'configmap'}/${name} created`, 201);
  }

  #deleteConfigMaps(label: string): Answer {
    const names = [...this.#configMaps]
      .filter(([, labels]) => hasLabel(labels, label))
      .map(([name]) => name);
    for (const name of names) this.#configMaps.delete(name);
    return plain(names.map((name) => `configmap "${name}" deleted`).join('\n'));
  }
}

/** @param label such as `app.kubernetes.io/component=import-catalog` */
function hasLabel(labels: Readonly<Record<string, string>>, label: string): boolean {
  const [key = '', value = ''] = label.split('=');
  return labels[key] === value;
}

function notFound(name = ''): Answer {
  return plain(`Error from server (NotFound): jobs.batch "${name}" not found`, 404);
}
