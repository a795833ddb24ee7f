// Base images are named by tag and digest: the tag says what `npm run base-images` follows, and the digest what a build
// begins with, so that the same commit is the same image next month.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const SERVICES = ['backend', 'database', 'frontend'].map((name) => `microservices/${name}`);
const FILES = [
  ...SERVICES.flatMap((service) => [`${service}/Dockerfile`, `${service}/buildspec.yml`]),
  'microservices/frontend/k8s/deployment.yaml',
  ...['day', 'night'].map((time) => `platform/components/scheduled-scaling/${time}-cron-job.yaml`),
];

/** The images' variables, in a Dockerfile (`ARG NODE_IMAGE=…`) or a buildspec (`NODE_IMAGE: …`). */
const NAMED = /^(?:ARG |\s+)\w+_IMAGE(?:=|: )(\S+)$/gm;
/** Of a container; a service's own image has no registry until a deployment names it. */
const OF_CONTAINER = /^\s+image: (?!carthub\/)(\S+)$/gm;
/** A base that is neither a variable nor a stage of the same file. */
const WRITTEN_OUT = /^FROM (?:--\S+ )*([^\s$]*[/:@]\S*)/gm;
const PATTERNS = [NAMED, OF_CONTAINER, WRITTEN_OUT];
const PINNED =
  /^(?<host>[^/]+)\/(?<name>[^:@]+):(?<tag>[^@]+)(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

export interface ImageTag {
  readonly host: string;
  readonly name: string;
  readonly tag: string;
}

/** @returns one sentence for each base image that can change without a commit */
export async function findMovingTags(root: string, files = FILES): Promise<string[]> {
  const problems = files.map(async (file) => {
    const text = await readFile(join(root, file), 'utf8');
    return imagesIn(text)
      .filter((image) => PINNED.exec(image)?.groups?.digest === undefined)
      .map((image) => `${file}: ${image} has no digest or no tag: run "npm run base-images".`);
  });
  return (await Promise.all(problems)).flat();
}

/** Writes the digest that each tag has now. `resolve` is called once per tag. */
export async function refreshDigests(
  root: string,
  resolve: (image: ImageTag) => Promise<string>,
  files = FILES,
): Promise<void> {
  const digests = new Map<string, Promise<string>>();
  const pin = async (image: string): Promise<string> => {
    const { host = '', name = '', tag = '' } = PINNED.exec(image)?.groups ?? {};
    if (tag === '') throw new Error(`${image} has no host, name and tag`);
    const reference = `${host}/${name}:${tag}`;
    const digest = digests.get(reference) ?? resolve({ host, name, tag });
    digests.set(reference, digest);
    return `${reference}@${await digest}`;
  };
  for (const file of files) {
    const path = join(root, file);
    const text = await readFile(path, 'utf8');
    const pinned = new Map<string, string>();
    for (const image of imagesIn(text)) pinned.set(image, await pin(image));
    const renewed = PATTERNS.reduce(
      (before, each) =>
        before.replace(each, (line, image) => line.replace(image, pinned.get(image) ?? image)),
      text,
    );
    await writeFile(path, renewed);
  }
}

function imagesIn(text: string): string[] {
  return [...new Set(PATTERNS.flatMap((each) => [...text.matchAll(each)]))].map(
    ([, image = '']) => image,
  );
}
