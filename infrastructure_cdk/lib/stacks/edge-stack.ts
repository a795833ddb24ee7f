import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SignIn } from '../constructs/edge/sign-in.ts';
import { WebFirewall } from '../constructs/edge/web-firewall.ts';
import { CarthubStack, type CarthubStackProps } from './carthub-stack.ts';

/** The web firewall and customer accounts. */
export class EdgeStack extends CarthubStack {
  readonly firewall: WebFirewall;
  readonly signIn: SignIn;

  constructor(scope: Construct, id: string, props: CarthubStackProps) {
    super(scope, id, 'edge', props);
    this.firewall = new WebFirewall(this, 'Firewall', { removalPolicy: this.dataRemovalPolicy });
    this.signIn = new SignIn(this, 'SignIn', {
      hostName: props.config.hostName,
      removalPolicy: this.dataRemovalPolicy,
    });

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
}
