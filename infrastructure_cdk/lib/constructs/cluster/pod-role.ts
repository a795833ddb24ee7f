import { CfnPodIdentityAssociation } from 'aws-cdk-lib/aws-eks';
import type { ICluster } from 'aws-cdk-lib/aws-eks-v2';
import { Role, ServicePrincipal, SessionTagsPrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface PodRoleProps {
  readonly cluster: ICluster;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** The AWS role of one service account's pods, by EKS Pod Identity. It has no permissions at first. */
export class PodRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: PodRoleProps) {
    super(scope, id);
    const { cluster, namespace, serviceAccount } = props;
    this.role = new Role(this, 'Role', {
      assumedBy: new SessionTagsPrincipal(new ServicePrincipal('pods.eks.amazonaws.com')),
      description: `Pods of the service account ${namespace}/${serviceAccount}`,
    });
    new CfnPodIdentityAssociation(this, 'Association', {
      clusterName: cluster.clusterName,
      namespace,
      serviceAccount,
      roleArn: this.role.roleArn,
    });
  }
}
