import { CfnOutput } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { CarthubConfig } from '../config/config.ts';
import { SignIn } from '../constructs/edge/sign-in.ts';
import { WebFirewall } from '../constructs/edge/web-firewall.ts';
import { CarthubStack, type CarthubStackProps } from './carthub-stack.ts';

/** The web firewall and customer accounts. */
export class EdgeStack extends CarthubStack {
  readonly firewall: WebFirewall;
  readonly signIn: SignIn;
  /** Of the host name; undefined if the load balancer finds it. */
  readonly certificateArn: string | undefined;

  constructor(scope: Construct, id: string, props: CarthubStackProps) {
    super(scope, id, 'edge', props);
    this.firewall = new WebFirewall(this, 'Firewall', { removalPolicy: this.dataRemovalPolicy });
    this.signIn = new SignIn(this, 'SignIn', {
      hostName: props.config.hostName,
      removalPolicy: this.dataRemovalPolicy,
    });
    this.certificateArn = this.#certificateOf(props.config);

    new CfnOutput(this, 'WebAclArn', {
      description: 'For alb.ingress.kubernetes.io/wafv2-acl-arn',
      value: this.firewall.arn,
    });
    new CfnOutput(this, 'OidcIssuer', {
      description: "The backend's OIDC_ISSUER",
      value: this.signIn.issuer,
    });
    new CfnOutput(this, 'OidcAudience', {
      description: "The backend's OIDC_AUDIENCE",
      value: this.signIn.client.userPoolClientId,
    });
  }

  /**
   * CloudFormation puts the validation's record into the zone and waits until the certificate is issued (CloudFormation,
   * AWS::CertificateManager::Certificate, DomainValidationOptions). The host's own record follows once there is a load
   * balancer: decision 054.
   */
  #certificateOf({ hostName, hostedZoneId, certificateArn }: CarthubConfig): string | undefined {
    if (hostName === undefined || hostedZoneId === undefined) return certificateArn;
    new CfnOutput(this, 'HostedZoneId', {
      description: "Zone of the host name's record",
      value: hostedZoneId,
    });
    new CfnOutput(this, 'HostName', { description: 'Name of that record', value: hostName });
    if (certificateArn !== undefined) return certificateArn;
    const zone = HostedZone.fromHostedZoneId(this, 'Zone', hostedZoneId);
    const validation = CertificateValidation.fromDns(zone);
    return new Certificate(this, 'Certificate', { domainName: hostName, validation })
      .certificateArn;
  }
}
