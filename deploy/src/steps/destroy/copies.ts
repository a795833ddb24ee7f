// Copies of backups elsewhere, which the shop's stacks do not contain.

import { deployedTemplate } from '../../aws/stacks.ts';
import { type Context, required } from '../../context.ts';
import type { Template } from '../../templates/assembly.ts';

const DATA = 'CarthubDataStack';

/** Sentences about what a template copies to other regions. */
function copiesIn({ Resources }: Template): string[] {
  return Object.values(Resources).flatMap(({ Properties = {} }) => {
    const { ReplicationConfiguration, AutomaticBackupReplicationRegion: region } = Properties;
    const [, place, account] =
      /:kms:([a-z0-9-]+):(\d{12})?/.exec(JSON.stringify(ReplicationConfiguration) ?? '') ?? [];
    const where = account ? `${place}, account ${account}` : place;
    return [
      ...(place
        ? [
            `copies of backups in ${where}, in CarthubBackupCopyStack. To delete it there: aws cloudformation delete-stack --region ${place} --stack-name CarthubBackupCopyStack`,
          ]
        : []),
      ...(typeof region === 'string'
        ? [
            `copies of the database's automated backups in ${region}, until they expire. To see them: aws rds describe-db-instance-automated-backups --region ${region}`,
          ]
        : []),
    ];
  });
}

/** Of the deployed stack too: the inputs of a destruction need not name them. */
export async function copiesElsewhere(context: Context): Promise<readonly string[]> {
  const planned = required(context.assembly, 'assembly').stacks.find(({ name }) => name === DATA);
  const templates = [await deployedTemplate(context, DATA), planned?.template];
  return [...new Set(templates.flatMap((template) => (template ? copiesIn(template) : [])))];
}
