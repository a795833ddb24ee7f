import { Duration } from 'aws-cdk-lib';
import { type ISubnet, type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { HostedRotation, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { PASSWORD_EXCLUDES, type ShopDatabase } from './shop-database.ts';

export interface SecretRotationProps {
  readonly vpc: IVpc;
  /** Where the rotation's functions run: they call Secrets Manager and the database. */
  readonly subnets: readonly ISubnet[];
  readonly database: ShopDatabase;
  /** Both are attached to the database, so that they tell where it is. */
  readonly ownerSecret: ISecret;
  readonly backendSecret: ISecret;
}

const EVERY = Duration.days(30);

/**
 * New passwords every 30 days, by AWS's own functions. The backend alternates between two logins, so
 * the one its pods hold goes on working until they have read the other.
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

    const place = {
      vpc,
      vpcSubnets: { subnets: [...props.subnets] },
      securityGroups: [securityGroup],
      excludeCharacters: PASSWORD_EXCLUDES,
    };
    ownerSecret.addRotationSchedule('Rotation', {
      hostedRotation: HostedRotation.postgreSqlSingleUser(place),
      automaticallyAfter: EVERY,
      rotateImmediatelyOnUpdate: false,
    });
    // Not at once: the login exists only after the first migration.
    backendSecret.addRotationSchedule('Rotation', {
      hostedRotation: HostedRotation.postgreSqlMultiUser({
        ...place,
        masterSecret: ownerSecret,
      }),
      automaticallyAfter: EVERY,
      rotateImmediatelyOnUpdate: false,
    });
  }
}
