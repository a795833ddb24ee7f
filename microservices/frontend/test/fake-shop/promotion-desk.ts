import type { QuotedCode } from '../../src/shared/api/types.ts';

type Effect =
  /** What it takes off. */
  | { readonly cents: number }
  | { readonly reason: NonNullable<QuotedCode['reason']>; readonly missing?: number };

/** The promotion codes of the fake shop, and those that the shopper has entered. */
export class PromotionDesk {
  readonly #known = new Map<string, Effect>();
  readonly #entered = new Set<string>();

  offer(code: string, effect: Effect): void {
    this.#known.set(code, effect);
  }

  /** @returns false if there is no such code */
  enter(code: string): boolean {
    const isKnown = this.#known.has(code);
    if (isKnown) this.#entered.add(code);
    return isKnown;
  }

  remove(code: string): void {
    this.#entered.delete(code);
  }

  get cents(): number {
    return this.#effects().reduce(
      (sum, [, effect]) => sum + ('cents' in effect ? effect.cents : 0),
      0,
    );
  }

  get codes(): QuotedCode[] {
    return this.#effects().map(([code, effect]) =>
      'cents' in effect
        ? { code, reason: null, missing: null }
        : { code, reason: effect.reason, missing: effect.missing ?? null },
    );
  }

  #effects(): (readonly [code: string, effect: Effect])[] {
    return [...this.#entered].flatMap((code) => {
      const effect = this.#known.get(code);
      return effect ? [[code, effect] as const] : [];
    });
  }
}
