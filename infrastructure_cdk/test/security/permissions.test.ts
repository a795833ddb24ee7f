import { describe, expect, it } from 'vitest';
import { ENVIRONMENTS, templateOf } from '../support/synthesize.ts';
import { type Resource, stacksOf } from './reachability.ts';
import { type Permission, permissionsOf, whoCan } from './roles-permissions.ts';

const POD = /^cluster\/Services(frontend|backend|database)Role/;

/** By patterns too. */
function readersOf(permissions: readonly Permission[], secret: RegExp): readonly string[] {
  const names = permissions.map(({ resource }) => resource).filter((name) => secret.test(name));
  const get = 'secretsmanager:GetSecretValue';
  return [...new Set(names.flatMap((name) => whoCan(permissions, get, name)))].sort();
}

const READERS: readonly (readonly [what: string, secret: RegExp, roles: readonly string[]])[] = [
  ['the login of the owner', /OwnerSecret/, ['cluster/ServicesdatabaseRole']],
  [
    'the login of the backend, and what makes it,',
    /BackendSecret/,
    ['cluster/ServicesbackendRole', 'cluster/ServicesdatabaseRole', 'cluster/ServicesworkerRole'],
  ],
  [
    'the key of links to orders',
    /OrderLinkSecret/,
    ['cluster/ServicesbackendRole', 'cluster/ServicesworkerRole'],
  ],
  [
    'the keys of Stripe',
    /StripeSecret/,
    ['cluster/ServicesbackendRole', 'cluster/ServicesworkerRole'],
  ],
  ['the key of guest sessions', /GuestTokenSecret/, ['cluster/ServicesbackendRole']],
];

describe.each(ENVIRONMENTS)('permissions in %s', (environment) => {
  const permissions = permissionsOf(stacksOf(environment));
  const whoMay = (action: RegExp, resource = /./) => [
    ...new Set(
      permissions
        .filter((entry) => action.test(entry.action) && resource.test(entry.resource))
        .map(({ role }) => role),
    ),
  ];

  it('match the table', async () => {
    const rows = new Set(
      permissions.map(({ role, action, resource }) => `${role} | ${action} | ${resource}`),
    );
    await expect(`${[...rows].sort().join('\n')}\n`).toMatchFileSnapshot(
      `permissions/${environment}.txt`,
    );
  });

  it.each(READERS)('%s is read by nobody else', (_, secret, roles) => {
    expect(whoMay(/^secretsmanager:/, secret).sort()).toEqual(roles);
    expect(readersOf(permissions, secret).toSorted()).toEqual(roles);
  });

  it('allow only the database service to write backups', () => {
    expect(whoMay(/^s3:/, /-backups-/)).toEqual(['cluster/ServicesdatabaseRole']);
  });

  it('allow the database service to find abandoned uploads of backups, without the condition that hides them', () => {
    expect(whoMay(/^s3:ListBucketMultipartUploads$/, /-backups-/)).toEqual([
      'cluster/ServicesdatabaseRole',
    ]);
    const policies = templateOf(environment, 'cluster').findResources('AWS::IAM::Policy');
    const statements = Object.values(policies).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    const [uploads] = statements.filter(({ Action }) => Action === 's3:ListBucketMultipartUploads');
    expect(uploads.Condition).toBeUndefined();
  });

  it('allow nobody to delete versions of a backup', () => {
    const backup = `arn:AWS::Partition:s3:::carthub-${environment}-backups-AWS::AccountId/carthub/a`;
    expect(whoCan(permissions, 's3:DeleteObjectVersion', backup)).toEqual([]);
    expect(whoCan(permissions, 's3:PutObject', backup)).toEqual(['cluster/ServicesdatabaseRole']);
  });

  it('allow the frontend nothing', () => {
    expect(permissions.filter(({ role }) => /Servicesfrontend/.test(role))).toEqual([]);
  });

  it('have no wildcards for pods, except for the names of backups', () => {
    const wild = permissions.filter(
      ({ role, action, resource }) => POD.test(role) && /\*/.test(action + resource),
    );
    expect(new Set(wild.map(({ resource }) => resource.replace(/.*:::/, '')))).toEqual(
      new Set([`carthub-${environment}-backups-AWS::AccountId/carthub/*`]),
    );
  });

  it('allow nobody to change permissions', () => {
    const others = whoMay(/^(iam:(?!PassRole)|sts:|organizations:|\*)/).filter(
      (role) => !/^\w+\/CustomVpcRestrict/.test(role),
    );
    expect(others).toEqual([]);
  });

  it.each(['Frontend', 'Backend', 'Database'])(
    'images of %s are pushed by its own build',
    (name) => {
      const repository = new RegExp(`^cicd/${name}Repository`);
      expect(whoMay(/^ecr:UploadLayerPart$/, repository)).toEqual([
        `cicd/${name}ProjectsbuildRole`,
      ]);
      expect(whoMay(/^ecr:PutImage$/, repository).sort()).toEqual([
        `cicd/${name}ProjectsbuildRole`,
        `cicd/${name}ProjectsdeployRole`,
      ]);
    },
  );

  it('allow nobody all actions on a service with data', () => {
    expect(whoMay(/^(s3|rds|secretsmanager|kms|dynamodb):/, /^\*$/)).toEqual([]);
  });
});

describe('the permissions show', () => {
  const grant = (Statement: object) => ({ PolicyDocument: { Statement } });
  const of = (id: string, resource: Resource) =>
    permissionsOf({ resources: new Map([[id, resource]]), exports: new Map() });
  const wide = { Effect: 'Allow', Action: 's3:delete*', Resource: 'arn:aws:s3:::*' };

  it.each([
    ['written into the role', { Type: 'AWS::IAM::Role', Properties: { Policies: [grant(wide)] } }],
    [
      'of a policy that is attached by hand',
      { Type: 'AWS::IAM::ManagedPolicy', Properties: grant(wide) },
    ],
  ])('a wildcard %s', (_, resource) => {
    const permissions = of('data/Wide', resource);
    expect(whoCan(permissions, 's3:DeleteObjectVersion', 'arn:aws:s3:::backups/a')).toEqual([
      'data/Wide',
    ]);
    expect(whoCan(permissions, 's3:GetObject', 'arn:aws:s3:::backups/a')).toEqual([]);
  });

  it.each([
    { NotAction: 'a:B', Resource: '*' },
    { Action: 'a:B', NotResource: '*' },
  ])('%j only as an error', (statement) => {
    const Properties = grant({ Effect: 'Allow', ...statement });
    const resource = { Type: 'AWS::IAM::ManagedPolicy', Properties };
    expect(() => of('data/Wide', resource)).toThrow('without Action or Resource');
  });
});
