import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { SERVICES } from '../../lib/constructs/delivery/service-repository.ts';
import { build, templateOf } from '../support/synthesize.ts';

const template = templateOf('production', 'cicd');

describe.each(SERVICES)('the sources of %s', (service) => {
  it('are in a repository encrypted with a key of our own', () => {
    template.hasResource('AWS::CodeCommit::Repository', {
      Properties: {
        RepositoryName: `carthub-${service}`,
        KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
      },
      DeletionPolicy: 'RetainExceptOnCreate',
    });
  });
});

describe('the branch main', () => {
  it('denies developers pushes, commits, file changes and deletion', () => {
    template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
      ManagedPolicyName: 'carthub-developer-us-west-2',
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: 'ProtectMain',
            Effect: 'Deny',
            Action: Match.arrayWith(['codecommit:DeleteBranch', 'codecommit:GitPush']),
            Condition: {
              StringEqualsIfExists: { 'codecommit:References': ['refs/heads/main'] },
              Null: { 'codecommit:References': 'false' },
            },
          }),
        ]),
      },
    });
  });

  // What the console and `git` call for it: CodeCommit user guide, "Work with pull requests"; names as in the Service
  // Authorization Reference.
  it.each([
    ['sees the changes', ['GetDifferences', 'GetFile', 'GetMergeConflicts', 'GetCommit']],
    ['discusses them', ['GetCommentsForPullRequest', 'PostCommentReply']],
    [
      'approves them',
      [
        'UpdatePullRequestApprovalState',
        'GetPullRequestApprovalStates',
        'EvaluatePullRequestApprovalRules',
      ],
    ],
    ['merges them', ['MergePullRequestByFastForward', 'MergePullRequestBySquash']],
  ])('is reviewed by developers: a reviewer %s', (_, actions) => {
    const policies = template.findResources('AWS::IAM::ManagedPolicy');
    const allowed = Object.values(policies)
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .flatMap(({ Effect, Action }) => (Effect === 'Allow' ? Action : []));
    expect(allowed).toEqual(
      expect.arrayContaining(actions.map((action) => `codecommit:${action}`)),
    );
  });

  // CodeCommit user guide, "AWS Key Management Service and encryption for AWS CodeCommit repositories".
  it("is pulled and pushed by developers, who may use the repositories' key through CodeCommit only", () => {
    const [repository] = Object.values(template.findResources('AWS::CodeCommit::Repository'));
    template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Sid: 'UseKey',
            Effect: 'Allow',
            Action: [
              'kms:Decrypt',
              'kms:DescribeKey',
              'kms:Encrypt',
              'kms:GenerateDataKey',
              'kms:GenerateDataKeyWithoutPlaintext',
              'kms:ReEncryptFrom',
              'kms:ReEncryptTo',
            ],
            Resource: repository?.Properties.KmsKeyId,
            Condition: {
              StringEquals: { 'kms:ViaService': 'codecommit.us-west-2.amazonaws.com' },
            },
          },
        ]),
      },
    });
  });

  it('changes its rule when the template does, on creation and on update', () => {
    const calls = Object.values(template.findResources('Custom::AWS')).map(({ Properties }) =>
      ['Create', 'Update'].map((event) => JSON.stringify(Properties[event])),
    );
    const rule = calls.find(([create]) => create?.includes('updateApprovalRuleTemplateContent'));
    expect(rule?.[0]).toContain('NumberOfApprovalsNeeded');
    expect(rule?.[1]).toBe(rule?.[0]);
  });

  it('requires an approval in all three repositories', () => {
    const calls = JSON.stringify(template.findResources('Custom::AWS'));
    expect(calls).toContain('NumberOfApprovalsNeeded');
    expect(calls).toContain('batchAssociateApprovalRuleTemplateWithRepositories');
    for (const name of ['Frontend', 'Backend', 'Database'])
      expect(calls).toContain(`${name}SourceRepository`);
  });
});

describe.each(SERVICES)('the pipeline of %s', (service) => {
  const pipelines = template.findResources('AWS::CodePipeline::Pipeline', {
    Properties: { Name: `carthub-${service}` },
  });
  const [pipeline] = Object.values(pipelines);

  it('is a V2 pipeline of source, build and deploy, one release at a time', () => {
    expect(pipeline?.Properties).toMatchObject({ PipelineType: 'V2', ExecutionMode: 'QUEUED' });
    expect(pipeline?.Properties.Stages.map(({ Name }: { Name: string }) => Name)).toEqual([
      'Source',
      'Build',
      'Deploy',
    ]);
  });

  it('rolls back to the previous release if the deployment fails', () => {
    expect(pipeline?.Properties.Stages[2].OnFailure).toEqual({ Result: 'ROLLBACK' });
  });

  it('starts when main changes', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.codecommit'],
        detail: { event: ['referenceCreated', 'referenceUpdated'], referenceName: ['main'] },
      },
      Targets: [Match.objectLike({ Id: 'Target0' })],
    });
  });

  it("builds with the service's buildspec and Docker", () => {
    template.hasResourceProperties('AWS::CodeBuild::Project', {
      Name: `carthub-${service}-build`,
      Environment: { PrivilegedMode: true },
      Source: { Type: 'CODEPIPELINE', BuildSpec: Match.absent() },
    });
  });

  it('deploys with the scripts of the build', () => {
    const [project] = Object.values(
      template.findResources('AWS::CodeBuild::Project', {
        Properties: { Name: `carthub-${service}-deploy` },
      }),
    );
    const { phases } = JSON.parse(project?.Properties.Source.BuildSpec);
    expect(phases.install.commands).toEqual([
      'bash delivery/kubectl.sh',
      'aws eks update-kubeconfig --name "$CLUSTER_NAME"',
    ]);
    expect(phases.build.commands).toEqual(['bash delivery/deploy.sh']);
  });

  it('deploys without Docker and only to its namespace', () => {
    template.hasResourceProperties('AWS::CodeBuild::Project', {
      Name: `carthub-${service}-deploy`,
      Environment: { PrivilegedMode: false },
    });
    template.allResourcesProperties('AWS::EKS::AccessEntry', {
      KubernetesGroups: ['carthub-deployers'],
      AccessPolicies: [{ AccessScope: { Type: 'namespace', Namespaces: ['shopping-cart'] } }],
    });
  });
});

describe('variants', () => {
  const githubOptions = {
    github: {
      owner: 'shop',
      connectionArn: 'arn:aws:codeconnections:us-west-2:012345678901:connection/y',
    },
  };

  it('take sources from GitHub instead of CodeCommit', () => {
    const github = Template.fromStack(build('development', githubOptions).cicd);
    github.resourceCountIs('AWS::CodeCommit::Repository', 0);
    expect(JSON.stringify(github.findResources('AWS::CodePipeline::Pipeline'))).toContain(
      '"FullRepositoryId":"shop/carthub-backend"',
    );
  });

  it.each(['codeconnections', 'codestar-connections'])(
    'let pipelines use a connection that has the prefix %s',
    (prefix) => {
      const connectionArn = `arn:aws:${prefix}:us-west-2:012345678901:connection/y`;
      const { cicd } = build('development', { github: { owner: 'shop', connectionArn } });
      const policies = Template.fromStack(cicd).findResources('AWS::IAM::Policy');
      const roles = Object.values(policies).flatMap(({ Properties }) =>
        Properties.PolicyDocument.Statement.some(
          ({ Action, Resource }: { Action: unknown; Resource: unknown }) =>
            [Action].flat().includes(`${prefix}:UseConnection`) &&
            [Resource].flat().includes(connectionArn),
        )
          ? Properties.Roles[0].Ref
          : [],
      );
      expect(roles.map((role) => role.replace(/Pipeline.*/, ''))).toEqual([
        'Frontend',
        'Backend',
        'Database',
      ]);
    },
  );

  it("test on the nodes' processor", () => {
    const graviton = Template.fromStack(build('development', { compute: 'graviton' }).cicd);
    const projects = Object.values(graviton.findResources('AWS::CodeBuild::Project')).map(
      ({ Properties: { Name, Environment } }) => [Name, Environment.Type],
    );
    expect(projects).toHaveLength(6);
    // See test/delivery/build-inputs.test.ts.
    expect(projects.filter(([, type]) => type !== 'ARM_CONTAINER')).toEqual([
      ['carthub-frontend-build', 'LINUX_CONTAINER'],
    ]);
    template.allResourcesProperties('AWS::CodeBuild::Project', {
      Environment: { Type: 'LINUX_CONTAINER' },
    });
  });

  it('deploy from inside the VPC if only some networks reach the API', () => {
    const inside = build('development', { clusterEndpoint: { networks: ['192.0.2.0/24'] } }).cicd;
    Template.fromStack(inside).hasResourceProperties('AWS::CodeBuild::Project', {
      Name: 'carthub-backend-deploy',
      VpcConfig: Match.anyValue(),
    });
  });
});
