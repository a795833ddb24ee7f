import { GetHostedZoneCommand, type HostedZone } from '@aws-sdk/client-route-53';
import type { Context } from '../../context.ts';
import { Failure, reasonOf } from '../../failure.ts';
import { hostedZoneOf } from '../../templates/inputs.ts';
import type { Step } from '../step.ts';

const TITLE = 'The hosted zone cannot be used.';

/** Route 53 ends names with a dot. */
function problemOf({ Name = '', Config }: HostedZone, host: string): string | undefined {
  const name = Name.replace(/\.$/, '').toLowerCase();
  if (Config?.PrivateZone)
    return `${name} is a private zone: the internet does not see its records.`;
  return host === name || host.endsWith(`.${name}`)
    ? undefined
    : `It is of ${name}, which ${host} does not belong to.`;
}

async function zoneOf({ aws }: Context, id: string): Promise<HostedZone> {
  const { HostedZone } = await aws.route53
    .send(new GetHostedZoneCommand({ Id: id }))
    .catch((error) => {
      throw new Failure(
        TITLE,
        reasonOf(error),
        'Check hostedZone, allow your identity route53:GetHostedZone, then run again. Nothing was changed.',
      );
    });
  if (!HostedZone) throw new Error(`Route 53 returned no zone ${id}.`);
  return HostedZone;
}

/**
 * Before anything is created: the certificate waits for a record that the whole internet sees, for up to 72 hours (AWS
 * Certificate Manager User Guide, "DNS validation").
 */
export const hostZone: Step = {
  title: 'Hosted zone',
  isReadOnly: true,
  async run(context) {
    const place = hostedZoneOf(context);
    if (!place) {
      context.log('none: certificate and record of a host name are made by hand');
      return;
    }
    if (context.isOffline) {
      context.unchecked.push(`hosted zone: whether ${place.zone} is a public one of ${place.host}`);
      context.log(`${place.zone}, for ${place.host}`);
      return;
    }
    const problem = problemOf(await zoneOf(context, place.zone), place.host);
    if (problem)
      throw new Failure(
        TITLE,
        `${place.zone}: ${problem}`,
        'Name the public zone of the host name with --context hostedZone=…, or leave it out, then run again. Nothing was changed.',
      );
    context.log(`${place.zone}, for ${place.host}`);
  },
};
