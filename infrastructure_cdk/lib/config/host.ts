import { accountOfArn, MAX_CERTIFICATE_NAME, regionOfArn } from './aws-names.ts';

export interface HostInputs {
  /** Of the shop. */
  readonly region: string | undefined;
  /** Of the shop. */
  readonly account: string | undefined;
  readonly hostName: string | undefined;
  readonly hostedZoneId: string | undefined;
  readonly certificateArn: string | undefined;
}

/** What contradicts itself, as sentences. */
export function hostProblems(inputs: HostInputs): string[] {
  const { region, account, hostName, hostedZoneId, certificateArn } = inputs;
  const problems: string[] = [];
  if (hostedZoneId !== undefined && hostName === undefined)
    problems.push('hostedZone needs a host name: set hostName too.');
  if (certificateArn !== undefined && hostName === undefined)
    problems.push('certificateArn needs a host name: set hostName too.');
  if (
    certificateArn !== undefined &&
    region !== undefined &&
    regionOfArn(certificateArn) !== region
  )
    problems.push(
      `certificateArn is of another region, and a load balancer takes certificates of its own: name one of ${region}.`,
    );
  const owner = certificateArn && accountOfArn(certificateArn);
  if (owner !== undefined && account !== undefined && owner !== account)
    problems.push('certificateArn is of another account: name one of the account of the shop.');
  const isMade = hostedZoneId !== undefined && certificateArn === undefined;
  if (isMade && hostName !== undefined && hostName.length > MAX_CERTIFICATE_NAME)
    problems.push(
      `hostName has over ${MAX_CERTIFICATE_NAME} characters, and ACM makes no certificate for it: choose a shorter one, or set certificateArn.`,
    );
  return problems;
}
