// The fields of Kubernetes' kinds that the checks read; strict schemas have validated the objects before.

import type { Kind, LabelSelector, Labels } from './metadata.ts';
import type { NetworkPolicy } from './network-policy.ts';
import type { PodTemplate } from './pod.ts';

export interface Deployment extends Kind<'Deployment'> {
  readonly spec: {
    readonly replicas?: number;
    readonly minReadySeconds?: number;
    readonly progressDeadlineSeconds?: number;
    readonly selector: LabelSelector;
    readonly strategy?: {
      readonly type?: string;
      readonly rollingUpdate?: {
        readonly maxSurge?: string | number;
        readonly maxUnavailable?: string | number;
      };
    };
    readonly template: PodTemplate;
  };
}

interface JobSpec {
  readonly backoffLimit?: number;
  readonly activeDeadlineSeconds?: number;
  readonly ttlSecondsAfterFinished?: number;
  readonly template: PodTemplate;
}

export interface Job extends Kind<'Job'> {
  readonly spec: JobSpec;
}

export interface CronJob extends Kind<'CronJob'> {
  readonly spec: {
    readonly schedule: string;
    readonly timeZone?: string;
    readonly concurrencyPolicy?: string;
    readonly startingDeadlineSeconds?: number;
    readonly jobTemplate: { readonly spec: JobSpec };
  };
}

export interface Service extends Kind<'Service'> {
  readonly spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly selector?: Labels;
    readonly ports?: readonly {
      readonly name?: string;
      readonly protocol?: string;
      readonly port: number;
      readonly targetPort?: string | number;
    }[];
  };
}

export interface ConfigMap extends Kind<'ConfigMap'> {
  readonly data?: Readonly<Record<string, string>>;
}

export interface HorizontalPodAutoscaler extends Kind<'HorizontalPodAutoscaler'> {
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly minReplicas?: number;
    readonly maxReplicas: number;
  };
}

export interface PodDisruptionBudget extends Kind<'PodDisruptionBudget'> {
  readonly spec: {
    readonly selector?: LabelSelector;
    readonly maxUnavailable?: string | number;
    readonly minAvailable?: string | number;
    readonly unhealthyPodEvictionPolicy?: string;
  };
}

export interface Ingress extends Kind<'Ingress'> {
  readonly spec: {
    readonly ingressClassName?: string;
    readonly tls?: readonly { readonly hosts?: readonly string[] }[];
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: {
        readonly paths: readonly {
          readonly backend: {
            readonly service?: {
              readonly name: string;
              readonly port?: { readonly name?: string; readonly number?: number };
            };
          };
        }[];
      };
    }[];
  };
}

export interface ServiceMonitor extends Kind<'ServiceMonitor'> {
  readonly spec: {
    readonly selector: LabelSelector;
    readonly endpoints: readonly { readonly port?: string; readonly path?: string }[];
  };
}

export interface SecretProviderClass extends Kind<'SecretProviderClass'> {
  readonly spec: {
    readonly provider?: string;
    readonly parameters?: Readonly<Record<string, string>>;
  };
}

export interface Role extends Kind<'Role'> {
  readonly rules?: readonly {
    readonly resources?: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

export interface RoleBinding extends Kind<'RoleBinding'> {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string }[];
}

export type Manifest =
  | ConfigMap
  | CronJob
  | Deployment
  | HorizontalPodAutoscaler
  | Ingress
  | Job
  | Kind<'Namespace'>
  | NetworkPolicy
  | PodDisruptionBudget
  | Role
  | RoleBinding
  | SecretProviderClass
  | Service
  | Kind<'ServiceAccount'>
  | ServiceMonitor;
