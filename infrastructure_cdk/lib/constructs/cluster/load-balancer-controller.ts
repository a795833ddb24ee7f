import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import { AlbControllerVersion, type Cluster, type HelmChart } from 'aws-cdk-lib/aws-eks-v2';
import { ManagedPolicy, PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from '../../acknowledge-findings.ts';
import { PodRole } from './pod-role.ts';

/** aws-cdk-lib contains its policy and its chart's version. */
const VERSION = AlbControllerVersion.V3_2_2;
const CONTROLLER_VERSION = VERSION.version.replace(/^v/, '');
const NAME = 'aws-load-balancer-controller';

export interface LoadBalancerControllerProps {
  readonly cluster: Cluster;
}

/**
 * The load balancer controller with its role. Auto Mode has its own. `cluster.albController` would use an OIDC provider
 * instead of Pod Identity, and create the IngressClass that platform/cluster-setup has.
 */
export class LoadBalancerController extends Construct {
  readonly chart: HelmChart;

  constructor(scope: Construct, id: string, props: LoadBalancerControllerProps) {
    super(scope, id);
    const { cluster } = props;
    const pods = new PodRole(this, 'Pods', {
      cluster,
      namespace: 'kube-system',
      serviceAccount: NAME,
    });
    const document = PolicyDocument.fromJson(controllerPolicy());
    const policy = new ManagedPolicy(this, 'Policy', {
      description: `What the AWS Load Balancer Controller ${CONTROLLER_VERSION} asks for`,
      document,
      roles: [pods.role],
    });
    acknowledgeWildcards(
      policy,
      "The controller's own policy, unchanged: conditions on tags bind it to this cluster's.",
      ...wildcards(document),
    );
    this.chart = cluster.addHelmChart(NAME, {
      chart: NAME,
      repository: 'https://aws.github.io/eks-charts',
      version: VERSION.helmChartVersion,
      release: NAME,
      namespace: 'kube-system',
      wait: true,
      timeout: Duration.minutes(15),
      values: {
        clusterName: cluster.clusterName,
        region: Stack.of(this).region,
        vpcId: cluster.vpc.vpcId,
        serviceAccount: { create: true, name: NAME },
        createIngressClassResource: false,
      },
    });
    // A pod that starts before its role has no credentials until it restarts.
    this.chart.node.addDependency(pods, policy);
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
