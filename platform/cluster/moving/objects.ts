// The parts of Kubernetes' objects that the drills read.

export const NAMESPACE = 'shopping-cart';

export interface List<T> {
  readonly items: readonly T[];
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

interface Metadata {
  readonly name: string;
  readonly uid: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
}

export interface Pod {
  readonly metadata: Metadata;
  readonly spec: {
    readonly nodeName?: string;
    readonly serviceAccountName: string;
    readonly readinessGates?: readonly { readonly conditionType: string }[];
    readonly containers: readonly {
      readonly name: string;
      readonly image: string;
      readonly args?: readonly string[];
    }[];
  };
  readonly status: { readonly phase?: string; readonly conditions?: readonly Condition[] };
}

export interface Node {
  readonly metadata: Metadata;
  readonly status: { readonly conditions?: readonly Condition[] };
}

export interface EndpointSlice {
  readonly metadata: Metadata;
  readonly endpoints:
    | readonly {
        readonly conditions: { readonly ready?: boolean };
        readonly targetRef?: { readonly name: string };
      }[]
    | null;
}

/** Whether a condition is "True". */
export function has(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditions?.some((each) => each.type === type && each.status === 'True') ?? false;
}

export function podsPath(name: string): string {
  const selector = encodeURIComponent(`app.kubernetes.io/name=${name}`);
  return `/api/v1/namespaces/${NAMESPACE}/pods?labelSelector=${selector}`;
}
