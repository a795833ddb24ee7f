import { Refusal } from '../moto.ts';
import { type Account, type Existing, type Handlers, idIn } from './handler.ts';

/** Add-ons whose pods run on each node and are healthy on none; all others have Deployments. */
const ADDONS_OF_NODES = ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent'];

function clusterOf(account: Account, reference: unknown): Existing {
  const name = idIn(reference);
  const found = account.all('AWS::EKS::Cluster').find(({ id }) => id === name);
  if (!found) throw new Refusal(`No cluster found for name: ${name}.`);
  return found;
}

const isAuto = ({ properties }: Existing) =>
  (properties.ComputeConfig as { Enabled?: boolean } | undefined)?.Enabled === true;

/** A nodegroup, an add-on and the like of the same cluster. */
function siblings(account: Account, type: string, cluster: Existing): readonly Existing[] {
  return account.all(type).filter(({ properties }) => idIn(properties.ClusterName) === cluster.id);
}

const nothing = async (): Promise<void> => {};

export const CLUSTER: Handlers = {
  'AWS::EKS::Cluster': {
    name: 'Name',
    async create({ moto }, name) {
      const roleArn = 'arn:aws:iam::123456789012:role/mock';
      await moto.must('eks', '/clusters', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, roleArn, resourcesVpcConfig: { subnetIds: [] } }),
      });
      return name;
    },
    async delete(account, id) {
      // "If you have node groups or Fargate profiles attached, you must delete them first" (EKS, API_DeleteCluster).
      const cluster = account.all('AWS::EKS::Cluster').find((each) => each.id === id);
      if (cluster && siblings(account, 'AWS::EKS::Nodegroup', cluster).length > 0)
        throw new Refusal('Cluster has nodegroups attached');
      await account.moto.must('eks', `/clusters/${id}`, { method: 'DELETE' });
    },
  },
  // Without a network plugin no node becomes ready (terraform-aws-modules/terraform-aws-eks#3446).
  'AWS::EKS::Nodegroup': {
    name: 'NodegroupName',
    async create(account, name, { ClusterName }) {
      const cluster = clusterOf(account, ClusterName);
      const addons = siblings(account, 'AWS::EKS::Addon', cluster);
      const hasPlugin =
        cluster.properties.BootstrapSelfManagedAddons !== false ||
        addons.some(({ properties }) => properties.AddonName === 'vpc-cni');
      if (!hasPlugin)
        throw new Refusal('NodeCreationFailure: Unhealthy nodes in the kubernetes cluster');
      return `${cluster.id}/${name}`;
    },
    delete: nothing,
  },
  // DEGRADED without nodes, and failed after 20 minutes (terraform-aws-eks#3001, pulumi-eks#1819).
  'AWS::EKS::Addon': {
    name: 'none',
    async create(account, _name, { ClusterName, AddonName }) {
      const cluster = clusterOf(account, ClusterName);
      const addon = String(AddonName);
      if (siblings(account, 'AWS::EKS::Addon', cluster).some(({ id }) => id.endsWith(`|${addon}`)))
        throw new Refusal('Addon already exists.');
      const hasNodes =
        isAuto(cluster) || siblings(account, 'AWS::EKS::Nodegroup', cluster).length > 0;
      if (!hasNodes && !ADDONS_OF_NODES.includes(addon))
        throw new Refusal(
          `Addon ${addon} is DEGRADED: InsufficientNumberOfReplicas (all pods are unscheduled)`,
        );
      // Form of the physical id: assumed.
      return `${cluster.id}|${addon}`;
    },
    delete: nothing,
  },
  'AWS::EKS::AccessEntry': {
    name: 'none',
    async create(account, name, { ClusterName, PrincipalArn }) {
      const cluster = clusterOf(account, ClusterName);
      // EKS User Guide, "Create access entries".
      if (/:role\/aws-service-role\//.test(String(PrincipalArn)))
        throw new Refusal(
          'The caller is not allowed to modify access entries with a principalArn value of a Service Linked Role',
        );
      const all = siblings(account, 'AWS::EKS::AccessEntry', cluster);
      if (all.some(({ properties }) => properties.PrincipalArn === PrincipalArn))
        throw new Refusal('The specified access entry resource is already in use on this cluster.');
      return name;
    },
    delete: nothing,
  },
  // One of a service account (eksctl-io/eksctl#7753).
  'AWS::EKS::PodIdentityAssociation': {
    name: 'none',
    async create(account, name, { ClusterName, Namespace, ServiceAccount }) {
      const cluster = clusterOf(account, ClusterName);
      const all = siblings(account, 'AWS::EKS::PodIdentityAssociation', cluster);
      const isSame = ({ properties }: Existing) =>
        properties.Namespace === Namespace && properties.ServiceAccount === ServiceAccount;
      const [other] = all.filter(isSame);
      if (other) throw new Refusal(`Association already exists: ${other.id}`);
      return name;
    },
    delete: nothing,
  },
};
