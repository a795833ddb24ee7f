import { resolve } from 'node:path';
import { type Context, clientsFor } from './context.ts';
import { EXIT, Failure, formatFailure, reasonOf } from './failure.ts';
import { type Options, parseOptions, USAGE } from './options.ts';
import { deploySteps } from './steps/deploy/deploy-steps.ts';
import { destroySteps } from './steps/destroy/destroy-steps.ts';

function contextFor(options: Options, signal: AbortSignal): Context {
  const { region, profile } = options;
  const env = { ...process.env, AWS_REGION: region, AWS_DEFAULT_REGION: region, NO_COLOR: '1' };
  return {
    options,
    aws: clientsFor(options),
    root: resolve(import.meta.dirname, '../..'),
    env: profile ? { ...env, AWS_PROFILE: profile } : env,
    pollMs: Number(process.env.CARTHUB_POLL_MS ?? 5_000),
    signal,
    log: (line) => console.log(`    ${line}`),
    unchecked: [],
  };
}

async function runSteps(context: Context): Promise<void> {
  const { dryRun, destroy } = context.options;
  const steps = destroy ? destroySteps : deploySteps;
  for (const [index, step] of steps.entries()) {
    context.signal.throwIfAborted();
    const number = `${String(index + 1).padStart(2)}/${steps.length}`;
    if (dryRun && !step.isReadOnly) {
      console.log(`${number} ${step.title}: skipped in a dry run`);
      continue;
    }
    if (context.isOffline && step.needsAccountFor) {
      console.log(`${number} ${step.title}: not checked, without credentials`);
      context.unchecked.push(step.needsAccountFor);
      continue;
    }
    console.log(`${number} ${step.title}`);
    await step.run(context).catch((error: unknown) => {
      if (error instanceof Failure || context.signal.aborted) throw error;
      const remedy = 'Fix the cause, then run again: it resumes at this step.';
      throw new Failure(`${step.title} failed.`, reasonOf(error), remedy);
    });
  }
  if (context.unchecked.length > 0) console.log('not checked:');
  for (const what of context.unchecked) context.log(what);
}

async function main(args: readonly string[]): Promise<number> {
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort());
  process.once('SIGTERM', () => interruption.abort());
  try {
    const options = parseOptions(args, process.env);
    if (options) await runSteps(contextFor(options, interruption.signal));
    else console.log(USAGE);
    return 0;
  } catch (error) {
    if (interruption.signal.aborted) {
      console.error('Interrupted. AWS finishes what it has started; run again to resume.');
      return EXIT.interrupted;
    }
    if (!(error instanceof Failure)) throw error;
    console.error(formatFailure(error));
    return error.exitCode;
  }
}

process.exitCode = await main(process.argv.slice(2));
