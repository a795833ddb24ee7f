import { join } from 'node:path';
import { type Context, required } from '../context.ts';
import { type Outcome, run } from './run-command.ts';

/** Runs the CDK of infrastructure_cdk at its pinned version. */
export function cdk(context: Context, args: readonly string[]): Promise<Outcome> {
  const folder = join(context.root, 'infrastructure_cdk');
  // Where there are no credentials, it would look for an EC2 instance's.
  const offline = context.isOffline ? { AWS_EC2_METADATA_DISABLED: 'true' } : {};
  return run(process.execPath, [join(folder, 'node_modules/aws-cdk/bin/cdk'), ...args], {
    cwd: folder,
    env: { ...context.env, ...offline },
    signal: context.signal,
  });
}

/** The CDK app's inputs as arguments. */
export function inputsOf(context: Context): string[] {
  const { env, isOffline, options } = context;
  const { environment, region, destroy, context: more } = options;
  const account = isOffline ? [] : [`account=${required(context.account, 'account')}`];
  const own = [`environment=${environment}`, `region=${region}`, ...account];
  // Production needs an address for alarms and a host name, its end does not.
  if (destroy && !env.CARTHUB_ALARM_EMAIL) own.push('alarmEmail=nobody@example.com');
  if (destroy && !env.CARTHUB_HOST_NAME) own.push('hostName=shop.example.com');
  return [...own, ...more].flatMap((pair) => ['-c', pair]);
}

/** Installs the packages of infrastructure_cdk. */
export function installPackages(context: Context): Promise<Outcome> {
  const folder = join(context.root, 'infrastructure_cdk');
  return run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, env: context.env });
}
