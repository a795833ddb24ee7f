import { z } from 'zod';
import { type Context, required } from '../context.ts';

/*
 * Inputs of infrastructure_cdk as the templates have them. The steps read them here and not in the options: an input can
 * come from --context, from a variable or, with --assembly, from neither.
 */

const CLUSTER = z.object({ ComputeConfig: z.object({ Enabled: z.boolean() }).optional() });
const PROJECT = z.object({
  Environment: z.object({
    EnvironmentVariables: z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]),
  }),
});

const SUBNET = z.object({ AvailabilityZone: z.string() });
const NODE_GROUP = z.object({ CapacityType: z.string().optional() });
const SUBSCRIPTION = z.object({ Endpoint: z.string() });

function propertiesOf(context: Context, type: string): unknown[] {
  return required(context.assembly, 'assembly')
    .stacks.flatMap(({ template }) => Object.values(template.Resources))
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => Properties);
}

/** Whether the cluster is EKS Auto Mode; otherwise it has node groups. */
export function isAutoMode(context: Context): boolean {
  return propertiesOf(context, 'AWS::EKS::Cluster').some(
    (properties) => CLUSTER.parse(properties).ComputeConfig?.Enabled === true,
  );
}

/** Whether the nodes are Spot instances, which have a quota of their own. */
export function isSpot(context: Context): boolean {
  return propertiesOf(context, 'AWS::EKS::Nodegroup').some(
    (properties) => NODE_GROUP.parse(properties).CapacityType === 'SPOT',
  );
}

/** Of the subnets, such as `us-west-2a`. */
export function zonesOf(context: Context): readonly string[] {
  const zones = propertiesOf(context, 'AWS::EC2::Subnet').map(
    (properties) => SUBNET.parse(properties).AvailabilityZone,
  );
  return [...new Set(zones)];
}

/** The zone of the shop's host name. @returns undefined if its record is made by hand */
export function hostedZoneOf(context: Context): { zone: string; host: string } | undefined {
  const outputs = required(context.assembly, 'assembly').stacks.flatMap(({ template }) =>
    Object.entries(template.Outputs ?? {}),
  );
  const output = (id: string) => outputs.find(([name]) => name === id)?.[1].Value;
  const [zone, host] = [output('HostedZoneId'), output('HostName')];
  return typeof zone === 'string' && typeof host === 'string' ? { zone, host } : undefined;
}

/** Whom SNS asks to confirm the alarms. @returns undefined if alarms send no emails */
export function alarmEmailOf(context: Context): string | undefined {
  return propertiesOf(context, 'AWS::SNS::Subscription').map(
    (properties) => SUBSCRIPTION.parse(properties).Endpoint,
  )[0];
}

/** The shop's host name. @returns undefined if it has only its load balancer's address */
export function hostNameOf(context: Context): string | undefined {
  return variableOfBuilds(context, 'HOST_NAME');
}

/** Whether Stripe takes the money; otherwise it is the test provider. */
export function hasStripe(context: Context): boolean {
  return variableOfBuilds(context, 'STRIPE_PUBLISHABLE_KEY') !== undefined;
}

function variableOfBuilds(context: Context, name: string): string | undefined {
  return propertiesOf(context, 'AWS::CodeBuild::Project')
    .flatMap((properties) => PROJECT.parse(properties).Environment.EnvironmentVariables)
    .filter(({ Name }) => Name === name)
    .map(({ Value }) => String(Value))[0];
}
