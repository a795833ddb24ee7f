import type { RequestDatabase } from '../../db/connection.ts';
import { editDistance } from './edit-distance.ts';
import { listSimilarWords } from './search-words.queries.ts';

/** The longer the word, the more wrong letters it may have. */
const maxDistance = (word: string): number => ([...word].length < 6 ? 1 : 2);

interface TypedWord {
  readonly part: string;
  readonly similar: string[];
  /** What it makes with the next one, if that is a known word. */
  readonly joined: string | null;
}

/**
 * What a search that found nothing may have meant, the likeliest first: each word that no product has becomes the nearest
 * one that some product has ("kettel"), or two ("powerbank"); neighbors that some product has in one word become that
 * ("java script").
 */
export async function correctSearch(database: RequestDatabase, text: string): Promise<string[]> {
  const rows = await listSimilarWords(database, text);
  const words = new Map<number, TypedWord>();
  for (const { place, part, similar, joined } of rows) {
    const word = words.get(place) ?? { part, similar: [], joined };
    words.set(place, word);
    if (similar !== null) word.similar.push(similar);
  }
  const typed = [...words.values()];
  const given = typed.map(({ part }) => part).join(' ');
  const corrected = typed.map(({ part, similar }) => nearest(part, similar) ?? part).join(' ');
  return [...new Set([corrected, joinNeighbors(typed)])].filter((meant) => meant !== given);
}

function joinNeighbors(typed: readonly TypedWord[]): string {
  const joined: string[] = [];
  for (let at = 0; at < typed.length; at += 1) {
    const word = typed[at];
    if (!word) continue;
    joined.push(word.joined ?? nearest(word.part, word.similar) ?? word.part);
    if (word.joined !== null) at += 1;
  }
  return joined.join(' ');
}

function nearest(word: string, candidates: readonly string[]): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .filter(({ distance }) => distance <= maxDistance(word))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1));
  return best?.candidate;
}
