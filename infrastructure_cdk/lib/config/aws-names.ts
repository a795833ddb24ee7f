/** Names that AWS gives or takes, as far as their text shows whether it takes them. */
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { matching, type Parse } from './parse.ts';

/**
 * A region of the commercial partition. China has no Cognito user pools and GovCloud no collector of metrics
 * (CloudFormation's registry of types); the CDK does not know the partition of other names.
 */
export const regionName: Parse<string> = (text) =>
  RegionInfo.get(text).partition === 'aws' ? text : undefined;

/** An ARN of a region and an account. @param resource a pattern, such as `certificate/` */
export const arnOf = (service: string, resource: string): Parse<string> =>
  matching(new RegExp(`^arn:aws:(${service}):[a-z0-9-]+:\\d{12}:${resource}[\\w-]+$`));

export const regionOfArn = (arn: string): string | undefined => arn.split(':')[3];

export const accountOfArn = (arn: string): string | undefined => arn.split(':')[4];

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const HOST = new RegExp(`^(${LABEL}\\.)+([a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$`);

/** As Kubernetes takes a host of an Ingress (RFC 1123) and DNS a name; the last label is no number. */
export const dnsName: Parse<string> = (text) =>
  HOST.test(text) && text.length <= 253 ? text : undefined;

/** "The length of the domain name (technically, the Common Name) […] cannot exceed 64 octets" (ACM, RequestCertificate). */
export const MAX_CERTIFICATE_NAME = 64;
