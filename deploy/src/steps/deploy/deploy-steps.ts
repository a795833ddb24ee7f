import { account } from '../checks/account.ts';
import { hostZone } from '../checks/host-zone.ts';
import { names } from '../checks/names.ts';
import { plan, synthesis } from '../checks/plan.ts';
import { quotas } from '../checks/quotas.ts';
import { sources } from '../checks/sources.ts';
import { tools } from '../checks/tools.ts';
import { zones } from '../checks/zones.ts';
import type { Step } from '../step.ts';
import { bootstrap } from './bootstrap.ts';
import { catalog } from './catalog.ts';
import { clusterSetup, kubeconfig } from './cluster.ts';
import { health } from './health.ts';
import { schedule } from './schedule.ts';
import { service } from './services.ts';
import { deployment } from './stacks.ts';
import { summary } from './summary.ts';

/** The steps from an account to a running shop. */
export const deploySteps: readonly Step[] = [
  tools,
  account,
  synthesis,
  sources,
  hostZone,
  zones,
  quotas,
  names,
  plan,
  bootstrap,
  deployment,
  kubeconfig,
  clusterSetup,
  service('database'),
  // Before the backend, so that no shopper sees the shop empty.
  catalog,
  service('backend'),
  service('frontend'),
  schedule,
  health,
  summary,
];
