import { type CatalogFile, readCatalog } from '../../catalog/catalog-file.ts';
import {
  configMapOf,
  type ImportJob,
  jobNameOf,
  jobOf,
  jobsIn,
  LABEL,
  TEMPLATE,
} from '../../catalog/import-job.ts';
import { kubectl, shopKubectl } from '../../commands/kubectl.ts';
import { lastLines } from '../../commands/run-command.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../failure.ts';
import { until } from '../../wait.ts';
import type { Step } from '../step.ts';

const NOT_IMPORTED = 'The catalog cannot be imported.';
const JSON_OUTPUT = ['-o', 'json'];

async function importJobs(context: Context): Promise<readonly ImportJob[]> {
  const args = ['get', 'jobs', '-l', LABEL, ...JSON_OUTPUT];
  return jobsIn(JSON.parse(await shopKubectl(context, NOT_IMPORTED, args)));
}

/** A ConfigMap that an earlier run left is the same: its name has the content's hash. */
async function create(context: Context, object: object): Promise<void> {
  const args = ['-n', 'shopping-cart', 'create', '-f', '-'];
  const outcome = await kubectl(context, args, JSON.stringify(object));
  context.signal.throwIfAborted();
  if (outcome.code !== 0 && !outcome.stderr.includes('AlreadyExists'))
    throw new Failure(
      NOT_IMPORTED,
      lastLines(outcome),
      'Fix the cause, then run again: it resumes here.',
    );
}

/** What the Job printed; empty if its pod is gone. */
async function logOf(context: Context, name: string): Promise<string> {
  const args = ['-n', 'shopping-cart', 'logs', `job/${name}`, '--tail=6'];
  const { stdout } = await kubectl(context, args);
  return stdout.trim();
}

async function waitForEnd(context: Context, name: string): Promise<void> {
  const state = await until(
    context,
    {
      what: `Job ${name}`,
      timeoutMs: 20 * 60_000,
      remedy: `See kubectl -n shopping-cart describe pods -l ${LABEL}, fix the cause, then run again: it goes on waiting.`,
    },
    async () => {
      const job = (await importJobs(context)).find((each) => each.name === name);
      return job?.state === 'running' ? undefined : (job?.state ?? 'failed');
    },
  );
  const log = await logOf(context, name);
  if (state === 'failed')
    throw new Failure(
      'The catalog was not imported.',
      log || `Job ${name} failed, and its log is gone.`,
      'Fix the cause (a bad row: in the file; then name it with --catalog), then run again. The shop has no products yet.',
    );
  context.log(log.split('\n').at(-1) || `job/${name} is complete`);
}

async function importOnce(
  context: Context,
  file: CatalogFile | undefined,
  jobs: readonly ImportJob[],
): Promise<void> {
  const name = jobNameOf(file);
  for (const job of jobs.filter(({ state }) => state === 'failed'))
    await shopKubectl(context, NOT_IMPORTED, ['delete', 'job', job.name]);
  if (jobs.some((job) => job.name === name && job.state === 'running'))
    context.log(`job/${name} runs already`);
  else {
    const args = ['get', 'cronjob', TEMPLATE, ...JSON_OUTPUT];
    const template: unknown = JSON.parse(await shopKubectl(context, NOT_IMPORTED, args));
    if (file) await create(context, configMapOf(file));
    await create(context, jobOf(template, file));
  }
  await waitForEnd(context, name);
}

/**
 * Fills a new shop. The import does nothing in a shop that has products (`--if-empty`), and a Job that an earlier run
 * began is waited for.
 */
export const catalog: Step = {
  title: 'Catalog',
  isReadOnly: false,
  async run(context) {
    const { catalog: path } = context.options;
    const file = path === undefined ? undefined : readCatalog(path);
    const name = jobNameOf(file);
    const jobs = await importJobs(context);
    const existing = jobs.find((job) => job.name === name)?.state;
    if (existing === 'complete') context.log(`imported before (job/${name})`);
    else await importOnce(context, file, jobs);
    // Also of a run that was killed before it came here.
    await shopKubectl(context, NOT_IMPORTED, ['delete', 'configmap', '-l', LABEL]);
  },
};
