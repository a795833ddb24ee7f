// delivery/variables.sh with an imitated AWS CLI, whose text output has tabs (AWS CLI User Guide, "Text output format").

import { expect, it } from 'vitest';
import { runDelivery } from './delivery-script.ts';

const AWS = `
echo "$*" >> "$CALLS_FILE"
printf 'ENVIRONMENT\\tproduction\\nBACKUP_PLACE\\ts3://carthub-production-backups-1/carthub\\n'`;
const BUILDSPEC = `env:
  variables:
    # Mirrors.
    NODE_IMAGE: public.ecr.aws/docker/library/node:24@sha256:1
`;

const run = (files: Readonly<Record<string, string>>) =>
  runDelivery('variables.sh', {
    programs: { aws: AWS },
    steps: [],
    variables: { SERVICE: 'backend' },
    files,
  });
const OF_PROJECT =
  'ENVIRONMENT=production\nBACKUP_PLACE=s3://carthub-production-backups-1/carthub\n';

it("prints the variables of the service's project, and the images of its buildspec", () => {
  const { status, output, calls } = run({ 'buildspec.yml': BUILDSPEC });
  expect(status).toBe(0);
  expect(output).toBe(`${OF_PROJECT}NODE_IMAGE=public.ecr.aws/docker/library/node:24@sha256:1\n`);
  expect(calls[0]).toContain('--names carthub-backend-build');
});

it('prints those of the project in a deployment, which has no buildspec', () => {
  expect(run({})).toMatchObject({ status: 0, output: OF_PROJECT });
});
