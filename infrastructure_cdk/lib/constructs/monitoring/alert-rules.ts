import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../../contracts/alert-rules');
const HEAD = '\nspec:\n';

/** A file of rules in Prometheus's own format, by its name. */
export interface RuleFile {
  readonly name: string;
  readonly data: string;
}

/** The rule groups in the PrometheusRule objects: without the object around them, two spaces to the left. */
export function readRuleFiles(): readonly RuleFile[] {
  return readdirSync(FOLDER).map((file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const spec = text.indexOf(HEAD);
    if (spec < 0) throw new Error(`contracts/alert-rules/${file} has no "spec:".`);
    const data = text.slice(spec + HEAD.length).replace(/^ {2}/gm, '');
    return { name: file.replace('.yaml', ''), data };
  });
}
