import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const ARTIFACT = z.object({
  type: z.string(),
  dependencies: z.array(z.string()).default([]),
  properties: z
    .object({
      templateFile: z.string().optional(),
      terminationProtection: z.boolean().optional(),
      requiresBootstrapStackVersion: z.number().optional(),
    })
    .default({}),
});
const MANIFEST = z.object({ artifacts: z.record(z.string(), ARTIFACT) });
const TEMPLATE = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      DeletionPolicy: z.string().optional(),
      Properties: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown() })).optional(),
});
export type Template = z.infer<typeof TEMPLATE>;

export interface PlannedStack {
  readonly name: string;
  readonly template: Template;
  readonly bootstrapVersion: number;
  readonly isProtected: boolean;
}

/** The output of `cdk synth`. */
export interface Assembly {
  readonly directory: string;
  /** In deployment order. */
  readonly stacks: readonly PlannedStack[];
}

/** @throws Error if there is no assembly, or `entry` is not in it */
export function readAssembly(directory: string, entry: string): Assembly {
  const { artifacts } = MANIFEST.parse(readJson(join(directory, 'manifest.json')));
  const names: string[] = [];
  const visit = (name: string): void => {
    const artifact = artifacts[name];
    if (artifact?.type !== 'aws:cloudformation:stack' || names.includes(name)) return;
    for (const dependency of artifact.dependencies) visit(dependency);
    names.push(name);
  };
  visit(entry);
  if (names.length === 0) throw new Error(`There is no stack ${entry} in ${directory}.`);
  return { directory, stacks: names.map((name) => stackOf(directory, name, artifacts[name])) };
}

function stackOf(
  directory: string,
  name: string,
  artifact: z.infer<typeof ARTIFACT> | undefined,
): PlannedStack {
  const file = artifact?.properties.templateFile ?? `${name}.template.json`;
  const template = TEMPLATE.parse(readJson(join(directory, file)));
  const bootstrapVersion = artifact?.properties.requiresBootstrapStackVersion ?? 6;
  const isProtected = artifact?.properties.terminationProtection ?? false;
  return { name, template, bootstrapVersion, isProtected };
}

/** @returns undefined if it is no template in JSON, such as one in YAML */
export function parseTemplate(body: string): Template | undefined {
  try {
    return TEMPLATE.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
