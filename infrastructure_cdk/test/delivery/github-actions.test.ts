import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../lib/config/config.ts';
import { build, templateOf } from '../support/synthesize.ts';

const ISSUER = 'token.actions.githubusercontent.com';
const REPOSITORY = 'shop@123/carthub@456';
const template = Template.fromStack(build('production', { githubActions: REPOSITORY }).cicd);
const [buildId, deployId] = ['GithubActionsBuild', 'GithubActionsDeploy'].map((prefix) =>
  Object.keys(template.findResources('AWS::IAM::Role')).find((id) => id.startsWith(prefix)),
);
const actionsOf = (role: string | undefined): string[] =>
  Object.values(template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles[0].Ref === role)
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .flatMap(({ Action }) => Action);

describe('roles for GitHub Actions', () => {
  // A subject holds the environment instead of the branch, if a job has one (GitHub Docs, "OpenID Connect reference"):
  // without the claim `ref`, a workflow that somebody changes on a branch of their own would deploy.
  it.each([
    ['images', buildId, 'ref:refs/heads/main'],
    ['deployments', deployId, 'environment:production'],
  ])('trust one repository and its branch main, for %s', (_, id, context) => {
    const role = template.findResources('AWS::IAM::Role')[id ?? ''];
    expect(role?.Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Action: 'sts:AssumeRoleWithWebIdentity',
        Effect: 'Allow',
        Principal: {
          Federated: {
            'Fn::Join': [
              '',
              ['arn:aws:iam::', { Ref: 'AWS::AccountId' }, `:oidc-provider/${ISSUER}`],
            ],
          },
        },
        Condition: {
          StringEquals: {
            [`${ISSUER}:aud`]: 'sts.amazonaws.com',
            [`${ISSUER}:sub`]: `repo:${REPOSITORY}:${context}`,
            [`${ISSUER}:ref`]: 'refs/heads/main',
          },
        },
      },
    ]);
  });

  it('push images with the one, and reach the cluster with the other', () => {
    expect(actionsOf(buildId)).toEqual(expect.arrayContaining(['ecr:InitiateLayerUpload']));
    expect(actionsOf(buildId)).not.toContain('eks:DescribeCluster');
    expect(actionsOf(deployId)).toEqual(
      expect.arrayContaining(['eks:DescribeCluster', 'ecr:PutImage', 'codebuild:BatchGetProjects']),
    );
    expect(actionsOf(deployId)).not.toContain('ecr:InitiateLayerUpload');
    const entries = Object.values(template.findResources('AWS::EKS::AccessEntry'));
    const [entry] = entries.filter(({ Properties }) =>
      JSON.stringify(Properties.PrincipalArn).includes(`${deployId}`),
    );
    expect(entry?.Properties.AccessPolicies[0].AccessScope).toEqual({
      Type: 'namespace',
      Namespaces: ['shopping-cart'],
    });
  });

  it("are outputs for the repository's variables", () => {
    template.hasOutput('GithubActionsBuildRoleArn', { Value: { 'Fn::GetAtt': [buildId, 'Arn'] } });
    template.hasOutput('GithubActionsDeployRoleArn', {
      Value: { 'Fn::GetAtt': [deployId, 'Arn'] },
    });
  });

  it('do not exist by default', () => {
    expect(JSON.stringify(templateOf('production', 'cicd').toJSON())).not.toContain(ISSUER);
  });
});

describe('the input', () => {
  it.each(['shop/carthub', 'shop@123/carthub@456', 'my-shop/cart.hub_2'])('may be %s', (value) => {
    expect(parseConfig({ githubActions: value })).toMatchObject({
      config: { githubActions: value },
    });
  });

  it.each(['carthub', 'shop/*', 'shop/carthub:*', 'shop/carthub@x', 'https://github.com/shop/a'])(
    'cannot be %s',
    (value) => {
      expect(parseConfig({ githubActions: value })).toMatchObject({ ok: false });
    },
  );

  it('needs an API that runners reach', () => {
    expect(
      parseConfig({ githubActions: 'shop/carthub', clusterEndpoint: '192.0.2.0/24' }),
    ).toMatchObject({ problems: [expect.stringContaining('clusterEndpoint=public')] });
  });
});
