import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, Fn, Stack } from 'aws-cdk-lib';
import { CfnRuleGroupsNamespace, CfnScraper, CfnWorkspace } from 'aws-cdk-lib/aws-aps';
import {
  ComparisonOperator,
  type IAlarmAction,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import {
  CfnSecurityGroupIngress,
  type ISubnet,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import type { ICluster } from 'aws-cdk-lib/aws-eks-v2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alertManagerDefinition } from './alert-manager.ts';
import { readRuleFiles } from './alert-rules.ts';

export interface ClusterMonitoringProps {
  readonly cluster: ICluster;
  readonly vpc: IVpc;
  /** Of the collector's interfaces: no pod has an address in them, so that network policies can name them. */
  readonly subnets: readonly ISubnet[];
  readonly topic: Topic;
  readonly action: IAlarmAction;
}

const SCRAPE_CONFIGURATION = join(import.meta.dirname, 'scrape.yaml');

/** What the collector calls: the cluster's API, to find pods, and their metrics. */
const PORTS: Readonly<Record<number, string>> = {
  443: 'API',
  8000: 'backend',
  8001: 'worker',
  8080: 'kube-state-metrics',
  9113: 'storefront',
};

/**
 * Prometheus as a service: a collector reads the pods' metrics, the rules of platform/observability are evaluated, and
 * alerts go to the topic. Decision 052.
 */
export class ClusterMonitoring extends Construct {
  constructor(scope: Construct, id: string, props: ClusterMonitoringProps) {
    super(scope, id);
    const { topic } = props;
    const workspace = new CfnWorkspace(this, 'Workspace', {
      alias: 'carthub',
      alertManagerDefinition: alertManagerDefinition(topic.topicArn, Stack.of(this).region),
    });
    this.#letPublish(topic, workspace);
    for (const { name, data } of readRuleFiles())
      new CfnRuleGroupsNamespace(this, `Rules-${name}`, {
        workspace: workspace.attrArn,
        name,
        data,
      });
    this.#collect(workspace, props);
    this.#reportUndelivered(workspace, props.action);
  }

  /** Source: the user guide, "Giving Amazon Managed Service for Prometheus permission to send messages". */
  #letPublish(topic: Topic, workspace: CfnWorkspace): void {
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alerts',
        principals: [new ServicePrincipal('aps.amazonaws.com')],
        actions: ['sns:Publish', 'sns:GetTopicAttributes'],
        resources: [topic.topicArn],
        conditions: {
          ArnEquals: { 'aws:SourceArn': workspace.attrArn },
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
        },
      }),
    );
  }

  /**
   * The service adds the collector's access entry to the cluster by itself, and nobody else can (EKS: "not allowed to
   * modify access entries with a principalArn value of a Service Linked Role"). The cluster's private endpoint must be
   * on and the subnets in two zones (user guide, "Set up managed collectors for Amazon EKS").
   */
  #collect(workspace: CfnWorkspace, { cluster, vpc, subnets }: ClusterMonitoringProps): void {
    const group = new SecurityGroup(this, 'Collector', {
      vpc,
      description: 'Collector of metrics',
      allowAllOutbound: false,
    });
    const pods = Peer.securityGroupId(cluster.clusterSecurityGroupId);
    for (const [text, to] of Object.entries(PORTS)) {
      const port = Number(text);
      group.addEgressRule(pods, Port.tcp(port), to);
      // Not by `connections`, which would write the rule into the cluster's stack.
      new CfnSecurityGroupIngress(this, `CollectorTo${port}`, {
        description: `collector of metrics to ${to}`,
        groupId: cluster.clusterSecurityGroupId,
        sourceSecurityGroupId: group.securityGroupId,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
      });
    }
    new CfnScraper(this, 'Scraper', {
      alias: 'carthub',
      destination: { ampConfiguration: { workspaceArn: workspace.attrArn } },
      scrapeConfiguration: {
        configurationBlob: Fn.base64(readFileSync(SCRAPE_CONFIGURATION, 'utf8')),
      },
      source: {
        eksConfiguration: {
          clusterArn: cluster.clusterArn,
          securityGroupIds: [group.securityGroupId],
          subnetIds: subnets.map(({ subnetId }) => subnetId),
        },
      },
    });
  }

  /** Source: the user guide, "Use CloudWatch metrics to monitor Amazon Managed Service for Prometheus resources". */
  #reportUndelivered(workspace: CfnWorkspace, action: IAlarmAction): void {
    new Metric({
      namespace: 'AWS/Prometheus',
      metricName: 'AlertManagerNotificationsFailed',
      dimensionsMap: { Workspace: workspace.attrWorkspaceId },
      period: Duration.minutes(5),
      statistic: Stats.SUM,
    })
      .createAlarm(this, 'Undelivered', {
        alarmName: 'carthub-alerts-undelivered',
        alarmDescription: 'Alerts of the pods could not be sent to the topic.',
        threshold: 0,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: 1,
        // Only sent while there are alerts.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      })
      .addAlarmAction(action);
  }
}
