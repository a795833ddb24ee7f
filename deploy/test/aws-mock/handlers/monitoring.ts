import { parse } from 'yaml';
import { Refusal } from '../moto.ts';
import { type Account, type Handlers, idIn } from './handler.ts';

const nothing = async (): Promise<void> => {};

function workspaceOf(account: Account, arn: unknown): string {
  const id = idIn(arn);
  if (account.all('AWS::APS::Workspace').some((each) => each.id === id)) return id;
  throw new Refusal(`Workspace not found: ${id}`);
}

/** Managed Service for Prometheus. */
export const MONITORING: Handlers = {
  // Aliases need not be unique (API_CreateWorkspace, "alias").
  'AWS::APS::Workspace': { name: 'none', create: async (_account, name) => name, delete: nothing },
  // One of a name in a workspace (API_CreateRuleGroupsNamespace: "use only to create new"; ConflictException). Rules that
  // do not parse are refused later, with the status CREATION_FAILED (RuleGroupsNamespaceStatus).
  'AWS::APS::RuleGroupsNamespace': {
    name: 'none',
    async create(account, _name, { Workspace, Name, Data }) {
      const id = `${workspaceOf(account, Workspace)}/${Name}`;
      if (account.all('AWS::APS::RuleGroupsNamespace').some((each) => each.id === id))
        throw new Refusal(`A rule groups namespace with the name ${Name} already exists`);
      const rules = parse(String(Data)) as { groups?: unknown } | null;
      if (!Array.isArray(rules?.groups)) throw new Refusal('CREATION_FAILED: no groups');
      return id;
    },
    delete: nothing,
  },
  // User Guide, "Set up managed collectors for Amazon EKS": private access to the cluster's endpoint, and "at least two
  // subnets in at least two Availability Zones". Deleting the cluster does not delete the collector.
  'AWS::APS::Scraper': {
    name: 'none',
    async create(account, name, { Source, Destination }) {
      const { EksConfiguration } = Source as {
        EksConfiguration: { ClusterArn: string; SubnetIds: readonly string[] };
      };
      const { AmpConfiguration } = Destination as { AmpConfiguration: { WorkspaceArn: string } };
      workspaceOf(account, AmpConfiguration.WorkspaceArn);
      const id = idIn(EksConfiguration.ClusterArn);
      const cluster = account.all('AWS::EKS::Cluster').find((each) => each.id === id);
      if (!cluster) throw new Refusal(`The EKS cluster ${id} does not exist`);
      const access = cluster.properties.ResourcesVpcConfig as { EndpointPrivateAccess?: boolean };
      if (access?.EndpointPrivateAccess !== true)
        throw new Refusal('The cluster endpoint must include private access');
      const subnets = account
        .all('AWS::EC2::Subnet')
        .filter((subnet) => EksConfiguration.SubnetIds.map(idIn).includes(subnet.id));
      const zones = new Set(subnets.map(({ properties }) => properties.AvailabilityZone));
      if (zones.size < 2)
        throw new Refusal('Subnets must be in at least two different Availability Zones');
      return name;
    },
    delete: nothing,
  },
};
