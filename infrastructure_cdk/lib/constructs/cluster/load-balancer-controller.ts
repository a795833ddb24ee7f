import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ICluster } from 'aws-cdk-lib/aws-eks-v2';
import { ManagedPolicy, PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from '../../acknowledge-findings.ts';
import { PodRole } from './pod-role.ts';

/** Version of the AWS Load Balancer Controller whose policy aws-cdk-lib contains. */
const CONTROLLER_VERSION = '3.2.2';

export interface LoadBalancerControllerProps {
  readonly cluster: ICluster;
}

/** The role of the load balancer controller, which Helm installs. Auto Mode has its own. */
export class LoadBalancerController extends Construct {
  constructor(scope: Construct, id: string, props: LoadBalancerControllerProps) {
    super(scope, id);
    const { role } = new PodRole(this, 'Pods', {
      cluster: props.cluster,
      namespace: 'kube-system',
      serviceAccount: 'aws-load-balancer-controller',
    });
    const document = PolicyDocument.fromJson(controllerPolicy());
    const policy = new ManagedPolicy(this, 'Policy', {
      description: `What the AWS Load Balancer Controller ${CONTROLLER_VERSION} asks for`,
      document,
      roles: [role],
    });
    acknowledgeWildcards(
      policy,
      "The controller's own policy, unchanged: conditions on tags bind it to this cluster's.",
      ...wildcards(document),
    );
  }
}

function wildcards(document: PolicyDocument): string[] {
  const { Statement }: { Statement: { Action: unknown; Resource: unknown }[] } = document.toJSON();
  const starred = (kind: string, value: unknown) =>
    [value].flat().flatMap((item) => (String(item).includes('*') ? [`${kind}::${item}`] : []));
  const findings = Statement.flatMap(({ Action, Resource }) => [
    ...starred('Action', Action),
    ...starred('Resource', Resource),
  ]);
  return [...new Set(findings)];
}

function controllerPolicy(): unknown {
  const library = dirname(createRequire(import.meta.url).resolve('aws-cdk-lib/package.json'));
  const name = `alb-iam_policy-v${CONTROLLER_VERSION}.json`;
  return JSON.parse(readFileSync(join(library, 'aws-eks-v2/lib/addons', name), 'utf8'));
}
