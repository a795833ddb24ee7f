import { parse } from 'yaml';

/** The part of CloudFormation's template language that our names, outputs and conditions use. */
interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** Asserts about parameters. */
interface Rule {
  readonly Assertions: readonly { readonly Assert: unknown; readonly AssertDescription?: string }[];
}

export interface Template {
  readonly Parameters?: Readonly<Record<string, { Type?: string; Default?: unknown }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Rules?: Readonly<Record<string, Rule>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<
    Record<string, { Value: unknown; Condition?: string; Export?: { Name: unknown } }>
  >;
}

export interface Scope {
  readonly template: Template;
  readonly parameters: ReadonlyMap<string, string>;
  readonly exports: ReadonlyMap<string, string>;
  /** Collects the names of exports that are used. */
  readonly imports: Set<string>;
  readonly ids: ReadonlyMap<string, string>;
  readonly account: string;
  readonly region: string;
  readonly stack: string;
}

/** The bootstrap template is YAML; JSON is YAML too. */
export function readTemplate(body: string): Template {
  return parse(body) as Template;
}

function attribute(scope: Scope, id: string, name: string): string {
  const { account, region } = scope;
  const physical = scope.ids.get(id) ?? id;
  if (name === 'CloneUrlHttp')
    return `https://git-codecommit.${region}.amazonaws.com/v1/repos/${physical}`;
  if (name.endsWith('Arn')) return `arn:aws:mock:${region}:${account}:${physical}`;
  return `${physical}.${name}`;
}

function ref(scope: Scope, name: string): unknown {
  const { account, region, stack } = scope;
  const pseudo: Record<string, string> = {
    'AWS::AccountId': account,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack,
    'AWS::StackId': stack,
  };
  const parameter = scope.parameters.get(name) ?? scope.template.Parameters?.[name]?.Default;
  // "Removes the corresponding resource property" (User Guide, "Pseudo parameters").
  if (name === 'AWS::NoValue') return undefined;
  return pseudo[name] ?? scope.ids.get(name) ?? parameter ?? name;
}

type Argument = readonly unknown[];
const FUNCTIONS: Readonly<Record<string, (scope: Scope, argument: unknown) => unknown>> = {
  Ref: (scope, name) => ref(scope, String(name)),
  'Fn::GetAtt': (scope, at) => {
    const [id = '', name = ''] = Array.isArray(at) ? at : String(at).split('.');
    return attribute(scope, String(id), String(name));
  },
  'Fn::Join': (scope, argument) => {
    const [separator, parts] = argument as [string, unknown];
    const list = evaluate(scope, parts);
    return Array.isArray(list) ? list.join(separator) : String(list);
  },
  'Fn::Sub': (scope, argument) => {
    const [text, variables = {}] = [argument].flat() as [string, Record<string, unknown>?];
    return text.replaceAll(/\$\{([^}!]+)\}/g, (_all, name: string) => {
      if (name in variables) return String(evaluate(scope, variables[name]));
      return String(name.includes('.') ? attribute(scope, ...split(name)) : ref(scope, name));
    });
  },
  'Fn::ImportValue': (scope, argument) => {
    const name = String(evaluate(scope, argument));
    if (!scope.exports.has(name)) throw new Error(`No export named ${name} found.`);
    scope.imports.add(name);
    return scope.exports.get(name);
  },
  'Fn::If': (scope, argument) => {
    const [name, yes, no] = argument as [string, unknown, unknown];
    return evaluate(scope, holds(scope, name) ? yes : no);
  },
  'Fn::Equals': (scope, argument) => {
    const [a, b] = evaluate(scope, argument) as Argument;
    return String(a) === String(b);
  },
  'Fn::Not': (scope, argument) => !(evaluate(scope, argument) as Argument)[0],
  'Fn::And': (scope, argument) => (evaluate(scope, argument) as Argument).every(Boolean),
  'Fn::Contains': (scope, argument) => {
    const [values, value] = evaluate(scope, argument) as [readonly unknown[], unknown];
    return values.map(String).includes(String(value));
  },
  'Fn::Select': (scope, argument) => {
    const [index, values] = evaluate(scope, argument) as [number, readonly unknown[]];
    const selected = values[Number(index)];
    if (selected === undefined)
      throw new Error('Template error: Fn::Select cannot select nonexistent value');
    return selected;
  },
  'Fn::Split': (scope, argument) => {
    const [separator, text] = evaluate(scope, argument) as [string, unknown];
    return String(text).split(separator);
  },
  'Fn::Base64': (scope, argument) =>
    Buffer.from(String(evaluate(scope, argument))).toString('base64'),
  'Fn::Or': (scope, argument) => (evaluate(scope, argument) as Argument).some(Boolean),
  Condition: (scope, name) => holds(scope, String(name)),
};

function split(name: string): [string, string] {
  const [id = '', ...rest] = name.split('.');
  return [id, rest.join('.')];
}

export function holds(scope: Scope, name: string | undefined): boolean {
  return name === undefined || Boolean(evaluate(scope, scope.template.Conditions?.[name]));
}

export function evaluate(scope: Scope, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluate(scope, item));
  if (!value || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? ['', undefined];
  const call = entries.length === 1 ? FUNCTIONS[name] : undefined;
  if (call) return call(scope, argument);
  if (name.startsWith('Fn::')) throw new Error(`The mock does not know ${name}`);
  return Object.fromEntries(
    entries
      .map(([key, item]) => [key, evaluate(scope, item)] as const)
      .filter(([, item]) => item !== undefined),
  );
}
