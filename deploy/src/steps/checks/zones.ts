import { type AvailabilityZone, DescribeAvailabilityZonesCommand } from '@aws-sdk/client-ec2';
import { stackOf } from '../../aws/stacks.ts';
import type { Context } from '../../context.ts';
import { Failure, reasonOf } from '../../failure.ts';
import { zonesOf } from '../../templates/inputs.ts';
import type { Step } from '../step.ts';

const NETWORK = 'CarthubNetworkStack';

/**
 * EKS puts no interface of a control plane there, and which letter they have depends on the account (EKS User Guide,
 * "Amazon EKS networking requirements for VPC and subnets").
 */
const WITHOUT_EKS = ['use1-az3', 'usw1-az2', 'cac1-az3'];

const isUsable = ({ State, ZoneId = '' }: AvailabilityZone) =>
  State === 'available' && !WITHOUT_EKS.includes(ZoneId);

function problemOf(zone: string, known: readonly AvailabilityZone[]): string | undefined {
  const found = known.find(({ ZoneName }) => ZoneName === zone);
  if (!found) return `${zone}: the account has no such zone.`;
  if (isUsable(found)) return undefined;
  return found.State === 'available'
    ? `${zone} is ${found.ZoneId}, where EKS has no clusters.`
    : `${zone} is ${found.State}.`;
}

function remedyOf(known: readonly AvailabilityZone[]): string {
  const letters = known.filter(isUsable).flatMap(({ ZoneName }) => ZoneName?.at(-1) ?? []);
  return letters.length < 3
    ? `Choose another --region: this one has ${letters.length} zones for the shop, which needs three. Nothing was changed.`
    : `Choose three of ${letters.join(', ')}, such as --context zones=${letters.slice(0, 3).join()}, then run again. Nothing was changed.`;
}

/** Before the network, because subnets keep their zones, and the cluster comes long after them. */
export const zones: Step = {
  title: 'Zones',
  isReadOnly: true,
  needsAccountFor: 'zones: whether the account has them, with EKS',
  async run(context: Context) {
    if (await stackOf(context, NETWORK)) {
      context.log('the network exists');
      return;
    }
    const { AvailabilityZones = [] } = await context.aws.ec2
      .send(new DescribeAvailabilityZonesCommand())
      .catch((error) => {
        throw new Failure(
          "The region's zones cannot be read.",
          reasonOf(error),
          'Allow your identity ec2:DescribeAvailabilityZones, then run again.',
        );
      });
    // Local and wavelength zones are listed too, once somebody has opted in.
    const known = AvailabilityZones.filter(({ ZoneType = '' }) =>
      ['availability-zone', ''].includes(ZoneType),
    );
    const planned = zonesOf(context);
    const problems = planned.flatMap((zone) => problemOf(zone, known) ?? []);
    if (problems.length > 0)
      throw new Failure('The shop cannot use these zones.', problems.join('\n'), remedyOf(known));
    context.log(planned.join(', '));
  },
};
