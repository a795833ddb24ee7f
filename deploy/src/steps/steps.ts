import { account } from './account.ts';
import { bootstrap } from './bootstrap.ts';
import { clusterSetup, kubeconfig } from './cluster.ts';
import { deployment } from './deployment.ts';
import { health } from './health.ts';
import { plan, synthesis } from './plan.ts';
import { quotas } from './quotas.ts';
import { services } from './services.ts';
import { sources } from './sources.ts';
import type { Step } from './step.ts';
import { summary } from './summary.ts';
import { tools } from './tools.ts';

/** From an account to a running shop. */
export const deploySteps: readonly Step[] = [
  tools,
  account,
  synthesis,
  sources,
  quotas,
  plan,
  bootstrap,
  deployment,
  kubeconfig,
  clusterSetup,
  ...services,
  health,
  summary,
];
