import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  FeaturePlan,
  Mfa,
  OAuthScope,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { DataRemovalPolicy } from '../../data-removal-policy.ts';

export interface SignInProps {
  /**
   * The shop's host name, to which shoppers return after signing in and out.
   * @default - a host of example.com, with which nobody can sign in
   */
  readonly hostName?: string;
  /** The retaining policy also protects the user pool from deletion. */
  readonly removalPolicy: DataRemovalPolicy;
}

/** Customer accounts and the OIDC issuer that the backend trusts. */
export class SignIn extends Construct {
  readonly issuer: string;
  readonly client: UserPoolClient;

  constructor(scope: Construct, id: string, props: SignInProps) {
    super(scope, id);
    const isKept = props.removalPolicy !== RemovalPolicy.DESTROY;
    const pool = new UserPool(this, 'Pool', {
      userPoolName: 'carthub-customers',
      selfSignUpEnabled: true,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      featurePlan: FeaturePlan.ESSENTIALS,
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      deletionProtection: isKept,
      removalPolicy: props.removalPolicy,
    });
    const home = props.hostName && `https://${props.hostName}/`;
    this.client = pool.addClient('Storefront', {
      userPoolClientName: 'storefront',
      // A browser cannot keep a secret; PKCE binds the code to it.
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID],
        ...(home && { callbackUrls: [home], logoutUrls: [home] }),
      },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      refreshTokenValidity: Duration.days(30),
    });
    const { region } = Stack.of(this);
    this.issuer = `https://cognito-idp.${region}.amazonaws.com/${pool.userPoolId}`;
    Validations.of(pool).acknowledge(
      {
        id: 'AwsSolutions-COG2',
        reason:
          'Shoppers may turn on a second factor; to demand it would cost the shop its shoppers.',
      },
      {
        id: 'AwsSolutions-COG3',
        reason: 'Threat protection is of the Plus plan, priced for each shopper, and can be added.',
      },
      {
        id: 'AwsSolutions-COG8',
        reason: 'The Plus plan is priced for each shopper; the Essentials plan has what is in use.',
      },
    );
  }
}
