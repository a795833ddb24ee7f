import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Repository } from 'aws-cdk-lib/aws-ecr';
import type { Cluster } from 'aws-cdk-lib/aws-eks-v2';
import { FederatedPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from '../../acknowledge-findings.ts';
import { SERVICES } from './service-repository.ts';
import { allowNamespace, rightsToDeploy, rightsToPush } from './service-rights.ts';

export interface GithubActionsRolesProps {
  /** As the subject of its tokens names it: `owner@ID/repository@ID` or `owner/repository`. */
  readonly repository: string;
  /** GitHub environment of the deployment. */
  readonly environment: string;
  readonly images: readonly Repository[];
  readonly cluster: Cluster;
}

const ISSUER = 'token.actions.githubusercontent.com';

/**
 * Two roles for workflows on main without stored keys: one for images, and one for deployments, in an environment that
 * GitHub can protect. The account's identity provider is made by hand, because an account can have only one.
 * Sources: GitHub Docs, "Configuring OpenID Connect in Amazon Web Services"; GitHub changelog of 23 April 2026,
 * "Immutable subject claims for GitHub Actions OIDC tokens"; AWS What's New, January 2026, "AWS STS now supports
 * validation of select identity provider specific claims" (`ref`).
 */
export class GithubActionsRoles extends Construct {
  constructor(scope: Construct, id: string, props: GithubActionsRolesProps) {
    super(scope, id);
    const { images, cluster, environment } = props;
    const build = this.#role('Build', props, 'ref:refs/heads/main');
    for (const right of rightsToPush(images)) build.addToPolicy(right);
    acknowledgeWildcards(
      build,
      'ECR has one login for all repositories, and Inspector lists findings of an account; no policy can make it narrower.',
      'Resource::*',
    );
    const deploy = this.#role('Deploy', props, `environment:${environment}`);
    for (const right of rightsToDeploy(images, cluster)) deploy.addToPolicy(right);
    allowNamespace(this, cluster, deploy.roleArn);
  }

  #role(what: 'Build' | 'Deploy', { repository }: GithubActionsRolesProps, context: string): Role {
    const stack = Stack.of(this);
    const provider = `arn:${stack.partition}:iam::${stack.account}:oidc-provider/${ISSUER}`;
    const claims = {
      [`${ISSUER}:aud`]: 'sts.amazonaws.com',
      [`${ISSUER}:sub`]: `repo:${repository}:${context}`,
      // With an environment the subject names no branch, and a private repository of a free plan cannot reserve an
      // environment for one (GitHub Docs, "Managing environments for deployment").
      [`${ISSUER}:ref`]: 'refs/heads/main',
    };
    const role = new Role(this, what, {
      description: `GitHub Actions of ${repository}`,
      assumedBy: new FederatedPrincipal(
        provider,
        { StringEquals: claims },
        'sts:AssumeRoleWithWebIdentity',
      ),
    });
    // delivery/variables.sh reads the variables of the projects, which are the same for workflows.
    role.addToPolicy(
      new PolicyStatement({
        sid: 'ReadVariables',
        actions: ['codebuild:BatchGetProjects'],
        resources: SERVICES.map((service) =>
          stack.formatArn({
            service: 'codebuild',
            resource: 'project',
            resourceName: `carthub-${service}-build`,
          }),
        ),
      }),
    );
    new CfnOutput(stack, `GithubActions${what}RoleArn`, {
      description: `The workflows' variable CARTHUB_${what.toUpperCase()}_ROLE`,
      value: role.roleArn,
    });
    return role;
  }
}
