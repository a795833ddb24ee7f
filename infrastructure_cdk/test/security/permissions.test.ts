import { describe, expect, it } from 'vitest';
import { ENVIRONMENTS } from '../support/synthesize.ts';
import { stacksOf } from './reachability.ts';
import { permissionsOf } from './roles-permissions.ts';

const POD = /^cluster\/Services(frontend|backend|database)Role/;

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

  it('allow only the database service to write backups', () => {
    expect(whoMay(/^s3:/, /-backups-/)).toEqual(['cluster/ServicesdatabaseRole']);
  });

  it('allow nobody to delete versions of a backup', () => {
    expect(whoMay(/^s3:DeleteObjectVersion|^s3:\*/, /-backups-/)).toEqual([]);
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
