import { Duration } from 'aws-cdk-lib';
import { type ISubnet, type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { HostedRotation, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { PASSWORD_EXCLUDES, type ShopDatabase } from './shop-database.ts';

export interface SecretRotationProps {
  readonly vpc: IVpc;
  /** Subnets of the rotation functions, which call Secrets Manager and the database. */
  readonly subnets: readonly ISubnet[];
  readonly database: ShopDatabase;
  /** Both secrets are attached to the database, so they contain its address. */
  readonly ownerSecret: ISecret;
  readonly backendSecret: ISecret;
}

const ROTATION_INTERVAL = Duration.days(30);

/**
 * Rotates passwords every 30 days with AWS's own functions. The backend alternates between two logins, so
 * the old one works until the pods have read the new one.
 */
export class SecretRotation extends Construct {
  constructor(scope: Construct, id: string, props: SecretRotationProps) {
    super(scope, id);
    const { vpc, database, ownerSecret, backendSecret } = props;
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Functions that rotate the passwords of the database',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(database.securityGroup, Port.POSTGRES, 'the database');
    securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'Secrets Manager');
    database.allowFrom(securityGroup, 'rotation of passwords');

    const hosting = {
      vpc,
      vpcSubnets: { subnets: [...props.subnets] },
      securityGroups: [securityGroup],
      excludeCharacters: PASSWORD_EXCLUDES,
    };
    ownerSecret.addRotationSchedule('Rotation', {
      hostedRotation: HostedRotation.postgreSqlSingleUser(hosting),
      automaticallyAfter: ROTATION_INTERVAL,
      rotateImmediatelyOnUpdate: false,
    });
    // Not immediately: the login exists only after the first migration.
    backendSecret.addRotationSchedule('Rotation', {
      hostedRotation: HostedRotation.postgreSqlMultiUser({
        ...hosting,
        masterSecret: ownerSecret,
      }),
      automaticallyAfter: ROTATION_INTERVAL,
      rotateImmediatelyOnUpdate: false,
    });
  }
}
