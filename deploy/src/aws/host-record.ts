// The record that points the shop's host name to its load balancer. Decision 054.

import { paginateDescribeLoadBalancers } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  type ChangeAction,
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';
import { until } from '../wait.ts';
import { loadBalancersOfCluster } from './load-balancers.ts';
import { outputOf } from './stacks.ts';

interface Place {
  readonly zone: string;
  readonly host: string;
}

/** @returns undefined if the inputs name no zone: then the record is made by hand */
async function placeOf(context: Context): Promise<Place | undefined> {
  // From the stack and not the inputs, which a destruction may be given without.
  const host = await outputOf(context, 'CarthubEdgeStack', 'HostName');
  const zone = await outputOf(context, 'CarthubEdgeStack', 'HostedZoneId');
  return host !== undefined && zone !== undefined ? { host, zone } : undefined;
}

/**
 * @param address of the load balancer
 * @returns whether there is a zone that has the record now
 * @throws Failure if the name already leads to something else, which may be somebody's shop
 */
export async function pointHostName(context: Context, address: string): Promise<boolean> {
  const place = await placeOf(context);
  if (place === undefined) return false;
  const found = await recordsOf(context, place);
  const balancers = await balancersOf(context);
  const foreign = found.find((record) => !isOurs(context, record, balancers));
  if (foreign)
    throw new Failure(
      `${place.host} leads to something else already.`,
      `Zone ${place.zone}: ${foreign.Type} ${targetOf(foreign)}`,
      'Delete that record, or choose another host name, then run again.',
    );
  if (found.some((record) => isTarget(record, address))) return true;
  const id = await change(context, place, 'UPSERT', aliasOf(place, address, balancers));
  await waitForServers(context, place, id);
  context.log(`DNS: ${place.host} is an alias of ${address}`);
  return true;
}

/** Before the load balancer is deleted: a name must not lead to an address that is given to somebody else. */
export async function removeHostName(context: Context): Promise<void> {
  const place = await placeOf(context);
  if (place === undefined) return;
  const balancers = await balancersOf(context);
  for (const record of await recordsOf(context, place)) {
    if (!isOurs(context, record, balancers)) continue;
    await change(context, place, 'DELETE', record);
    context.log(`deleted: record ${place.host} of zone ${place.zone}`);
  }
}

/** What answers to the name: not its TXT, CAA or validation records. */
async function recordsOf({ aws }: Context, { zone, host }: Place) {
  const { ResourceRecordSets = [] } = await aws.route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zone, StartRecordName: host, MaxItems: 20 }),
  );
  return ResourceRecordSets.filter(
    ({ Name, Type = '' }) => Name === `${host}.` && ['A', 'AAAA', 'CNAME'].includes(Type),
  );
}

const targetOf = ({ AliasTarget, ResourceRecords = [] }: ResourceRecordSet): string =>
  AliasTarget?.DNSName ?? ResourceRecords.map(({ Value }) => Value).join(', ');

/**
 * Route 53 writes names in lower case and with a dot at the end; its console puts `dualstack.` before the name of a load
 * balancer (Route 53 Developer Guide, "Values specific for simple alias records").
 */
const plain = (name: string) =>
  name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^dualstack\./, '');

const isTarget = (record: ResourceRecordSet, address: string) =>
  plain(targetOf(record)) === plain(address);

/**
 * How the controller names the load balancer of Ingress carthub-ingress in shopping-cart: eight letters of each, then a
 * hash (aws-load-balancer-controller, model_build_load_balancer.go). One that this account does not have may be another
 * account's, unless it has this name.
 */
const CONTROLLER_NAME = 'k8s-shopping-carthubi-';

/** Leads to the cluster's load balancer, or to one that is gone: a new Ingress gets a new one. */
function isOurs({ options }: Context, record: ResourceRecordSet, balancers: readonly Balancer[]) {
  const end = `.${options.region}.elb.amazonaws.com`;
  const target = plain(targetOf(record));
  if (record.AliasTarget === undefined || !target.endsWith(end)) return false;
  const existing = balancers.find(({ address }) => isTarget(record, address));
  return existing ? existing.isOurs : target.startsWith(CONTROLLER_NAME);
}

function aliasOf({ host }: Place, address: string, balancers: readonly Balancer[]) {
  const balancer = balancers.find((each) => plain(each.address) === plain(address));
  if (!balancer)
    throw new Failure(
      `There is no load balancer ${address}.`,
      'The Ingress names it, and this account and region do not have it.',
      'Check --region and the credentials, then run again.',
    );
  const { zone: HostedZoneId } = balancer;
  const AliasTarget = { HostedZoneId, DNSName: address, EvaluateTargetHealth: false };
  return { Name: host, Type: 'A' as const, AliasTarget };
}

interface Balancer {
  readonly address: string;
  /** The zone of the address, which aliases name; not the shop's. */
  readonly zone: string;
  readonly isOurs: boolean;
}

async function balancersOf(context: Context): Promise<Balancer[]> {
  const ours = await loadBalancersOfCluster(context);
  const all: Balancer[] = [];
  for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers(
    { client: context.aws.elb },
    {},
  ))
    for (const { LoadBalancerArn = '', DNSName, CanonicalHostedZoneId } of LoadBalancers)
      if (DNSName && CanonicalHostedZoneId)
        all.push({
          address: DNSName,
          zone: CanonicalHostedZoneId,
          isOurs: ours.includes(LoadBalancerArn),
        });
  return all;
}

async function change(
  { aws }: Context,
  { zone }: Place,
  Action: ChangeAction,
  ResourceRecordSet: ResourceRecordSet,
): Promise<string> {
  const { ChangeInfo } = await aws.route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: zone,
      ChangeBatch: { Changes: [{ Action, ResourceRecordSet }] },
    }),
  );
  return ChangeInfo?.Id ?? '';
}

/**
 * A resolver that asks before all name servers have the record remembers for 15 minutes that there is none, which is as
 * long as the Health step waits (Route 53 Developer Guide, "NS and SOA records"; API Reference, GetChange).
 */
function waitForServers(context: Context, { host, zone }: Place, Id: string): Promise<string> {
  const wait = {
    what: `The record ${host} on all name servers`,
    timeoutMs: 10 * 60_000,
    remedy: `See aws route53 get-change --id ${Id}, and the record in zone ${zone}, then run again.`,
  };
  return until(context, wait, async () => {
    const { ChangeInfo } = await context.aws.route53.send(new GetChangeCommand({ Id }));
    return ChangeInfo?.Status === 'INSYNC' ? ChangeInfo.Status : undefined;
  });
}
