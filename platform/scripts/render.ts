// `npm run render`: writes the output of kustomize for each base and overlay to rendered/*.yaml, so that a review
// shows what reaches the cluster. `-- --check` compares.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fromRoot, renderingOf, TARGETS } from '../src/targets.ts';

const kustomize = fromRoot('.carthub/bin/kustomize');

for (const [target, directory] of Object.entries(TARGETS)) {
  const text = execFileSync(kustomize, ['build', fromRoot(directory)], { encoding: 'utf8' });
  const path = renderingOf(target);
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error(`${path} is out of date with ${directory}: run "npm run render"`);
    process.exitCode = 1;
  }
}
