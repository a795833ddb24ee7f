import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { at, isObject, type JsonObject } from '../json.ts';
import { readObjects } from '../manifests/read.ts';
import { fromRoot } from '../targets.ts';

const DIRECTORY = fromRoot('platform/observability');
/** Of Amazon Managed Service for Prometheus' collector. */
export const SCRAPE_CONFIGURATION = fromRoot(
  'infrastructure_cdk/lib/constructs/monitoring/scrape.yaml',
);

/** A PrometheusRule and the rule groups in it, which Prometheus itself reads. */
export interface RuleFile {
  readonly name: string;
  readonly object: JsonObject;
  readonly groups: readonly JsonObject[];
}

export interface Alert {
  readonly name: string;
  readonly severity: unknown;
  readonly annotations: JsonObject;
}

export interface AlertTests {
  readonly name: string;
  readonly object: JsonObject;
  /** For each test case: the alert, and whether it should fire. */
  readonly cases: readonly { readonly alert: string; readonly fires: boolean }[];
}

export function readRules(): RuleFile[] {
  return files('rules').flatMap(({ name, path }) =>
    readObjects(path).map((object) => ({
      name,
      object,
      groups: list(at(object, 'spec', 'groups')),
    })),
  );
}

export function readAlerts(): Alert[] {
  return readRules()
    .flatMap(({ groups }) => groups.flatMap((group) => list(group.rules)))
    .flatMap(({ alert, labels, annotations }) =>
      typeof alert !== 'string'
        ? []
        : [
            {
              name: alert,
              severity: at(labels, 'severity'),
              annotations: isObject(annotations) ? annotations : {},
            },
          ],
    );
}

export function readAlertTests(): AlertTests[] {
  return files('tests').flatMap(({ name, path }) =>
    readObjects(path).map((object) => ({
      name,
      object,
      cases: list(object.tests)
        .flatMap((test) => list(test.alert_rule_test))
        .map(({ alertname, exp_alerts }) => ({
          alert: String(alertname),
          fires: list(exp_alerts).length > 0,
        })),
    })),
  );
}

function files(kind: 'rules' | 'tests') {
  const directory = join(DIRECTORY, kind);
  return readdirSync(directory).map((name) => ({ name, path: join(directory, name) }));
}

const list = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
