import { describe, expect, it } from 'vitest';
import { ENVIRONMENTS } from '../support/synthesize.ts';
import { stacksOf } from './reachability.ts';
import { permissionsOf } from './roles-permissions.ts';

const POD = /^cluster\/Services(frontend|backend|database)Role/;

describe.each(ENVIRONMENTS)('who may do what in %s', (environment) => {
  const permissions = permissionsOf(stacksOf(environment));
  const whoMay = (action: RegExp, resource = /./) => [
    ...new Set(
      permissions
        .filter((entry) => action.test(entry.action) && resource.test(entry.resource))
        .map(({ role }) => role),
    ),
  ];

  it('is what the table says', async () => {
    const rows = new Set(
      permissions.map(({ role, action, resource }) => `${role} | ${action} | ${resource}`),
    );
    await expect(`${[...rows].sort().join('\n')}\n`).toMatchFileSnapshot(
      `permissions/${environment}.txt`,
    );
  });

  it.each([
    ['the login of the owner', /OwnerSecret/, ['cluster/ServicesdatabaseRole']],
    [
      'the login of the backend, and what makes it,',
      /BackendSecret/,
      ['cluster/ServicesbackendRole', 'cluster/ServicesdatabaseRole'],
    ],
    ['the key of guest sessions', /GuestTokenSecret/, ['cluster/ServicesbackendRole']],
  ])('%s is read by nobody else', (_, secret, roles) => {
    expect(whoMay(/^secretsmanager:/, secret)).toEqual(roles);
  });

  it('backups are written by the database service alone', () => {
    expect(whoMay(/^s3:/, /-backups-/)).toEqual(['cluster/ServicesdatabaseRole']);
  });

  it('versions of a backup are deleted by nobody', () => {
    expect(whoMay(/^s3:DeleteObjectVersion|^s3:\*/, /-backups-/)).toEqual([]);
  });

  it('the frontend may do nothing', () => {
    expect(permissions.filter(({ role }) => /Servicesfrontend/.test(role))).toEqual([]);
  });

  it('pods have no wildcard but for the names of backups', () => {
    const wild = permissions.filter(
      ({ role, action, resource }) => POD.test(role) && /\*/.test(action + resource),
    );
    expect(new Set(wild.map(({ resource }) => resource.replace(/.*:::/, '')))).toEqual(
      new Set([`carthub-${environment}-backups-AWS::AccountId/carthub/*`]),
    );
  });

  it('nobody may change who may do what', () => {
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

  it('nobody may act on everything of a service that holds data', () => {
    expect(whoMay(/^(s3|rds|secretsmanager|kms|dynamodb):/, /^\*$/)).toEqual([]);
  });
});
