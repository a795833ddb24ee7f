import { join } from 'node:path';
import { type Context, required } from '../context.ts';
import { type Outcome, run } from './run-command.ts';

/** Runs the CDK of infrastructure_cdk at its pinned version. */
export function cdk(context: Context, args: readonly string[]): Promise<Outcome> {
  const folder = join(context.root, 'infrastructure_cdk');
  return run(process.execPath, [join(folder, 'node_modules/aws-cdk/bin/cdk'), ...args], {
    cwd: folder,
    env: context.env,
    signal: context.signal,
  });
}

/** The CDK app's inputs as arguments. */
export function inputsOf(context: Context): string[] {
  const { environment, region, context: more } = context.options;
  const own = [
    `environment=${environment}`,
    `region=${region}`,
    `account=${required(context.account, 'account')}`,
  ];
  return [...own, ...more].flatMap((pair) => ['-c', pair]);
}

/** Installs the packages of infrastructure_cdk. */
export function installPackages(context: Context): Promise<Outcome> {
  const folder = join(context.root, 'infrastructure_cdk');
  return run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, env: context.env });
}
