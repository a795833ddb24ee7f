// `npm run base-images`: writes the digests that the base images' tags have now.

import { join } from 'node:path';
import { refreshDigests } from './base-images.ts';
import { resolveDigest } from './registry.ts';

await refreshDigests(join(import.meta.dirname, '../..'), (image) => resolveDigest(image));
