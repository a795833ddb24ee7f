import { type Moto, textOf } from './moto.ts';

const ELB = '2015-12-01';
const EC2 = '2016-11-15';
const ATTRIBUTES = 'alb.ingress.kubernetes.io/load-balancer-attributes';
const PROTECTION = 'deletion_protection.enabled';

/**
 * The shop's Ingress and the AWS Load Balancer Controller, whose load balancer is in moto. The fake kubectl asks it
 * over HTTP.
 */
export class Ingresses {
  readonly #moto: Moto;
  #attributes = '';
  /** Undefined if there is no Ingress. */
  #arn: string | undefined;

  constructor(moto: Moto) {
    this.#moto = moto;
  }

  /** Creates the Ingress and its load balancer, as a deployment does. */
  async create(attributes: string): Promise<void> {
    const subnets = await this.#moto.query('ec2', EC2, { Action: 'DescribeSubnets' });
    const ids = [...subnets.matchAll(/<subnetId>([^<]+)</g)].map(([, id]) => id ?? '');
    const created = await this.#elb({
      Action: 'CreateLoadBalancer',
      Name: 'k8s-shoppingcart',
      'Subnets.member.1': ids[0] ?? '',
      'Subnets.member.2': ids[1] ?? '',
      // The tag of Auto Mode (AmazonEKSLoadBalancingPolicy); the controller's own is elbv2.k8s.aws/cluster.
      'Tags.member.1.Key': 'eks:eks-cluster-name',
      'Tags.member.1.Value': 'carthub-cluster',
    });
    this.#arn = textOf(created, 'LoadBalancerArn');
    this.#attributes = attributes;
    await this.#protect(attributes.includes(`${PROTECTION}=true`));
  }

  async isProtected(arn: string): Promise<boolean> {
    const form = { Action: 'DescribeLoadBalancerAttributes', LoadBalancerArn: arn };
    const xml = await this.#elb(form);
    return /deletion_protection\.enabled<\/Key>\s*<Value>true/.test(xml);
  }

  /** @param path `/ingresses`, `/ingresses/annotate?…` or `/ingresses/delete` */
  async handle(path: string): Promise<{ status: number; text: string }> {
    const url = new URL(path, 'http://localhost');
    if (url.pathname.endsWith('/annotate')) {
      this.#attributes = url.searchParams.get('attributes') ?? '';
      return { status: 200, text: 'ingress.networking.k8s.io/carthub-ingress annotated' };
    }
    if (!url.pathname.endsWith('/delete')) return { status: 200, text: this.#list() };
    return await this.#delete();
  }

  #list(): string {
    const metadata = { name: 'carthub-ingress', annotations: { [ATTRIBUTES]: this.#attributes } };
    return JSON.stringify({ items: this.#arn ? [{ metadata }] : [] });
  }

  /**
   * With the protection in the annotation the controller refuses and the finalizer stays, so kubectl waits in vain;
   * without it the controller lifts the load balancer's protection and deletes it (aws-load-balancer-controller#2172,
   * #2940). That Auto Mode's controller does the same is assumed: its guide lists what it does not support, and not these.
   */
  async #delete(): Promise<{ status: number; text: string }> {
    if (!this.#arn) return { status: 200, text: 'No resources found' };
    if (this.#attributes.includes(`${PROTECTION}=true`)) {
      const text = 'error: timed out waiting for the condition on ingresses/carthub-ingress';
      return { status: 409, text };
    }
    await this.#protect(false);
    await this.#elb({ Action: 'DeleteLoadBalancer', LoadBalancerArn: this.#arn });
    this.#arn = undefined;
    return { status: 200, text: 'ingress.networking.k8s.io "carthub-ingress" deleted' };
  }

  async #protect(isOn: boolean): Promise<void> {
    await this.#elb({
      Action: 'ModifyLoadBalancerAttributes',
      LoadBalancerArn: this.#arn ?? '',
      'Attributes.member.1.Key': PROTECTION,
      'Attributes.member.1.Value': String(isOn),
    });
  }

  #elb(form: Record<string, string>): Promise<string> {
    return this.#moto.query('elasticloadbalancing', ELB, form);
  }
}
