import { isOrderAttempt, type OrderAttempt } from './order-attempt.ts';

const NAME = 'carthub-order-attempt';

/** How long the attempt is remembered: in all tabs, in this tab, or until the page is left. */
export type Memory = 'browser' | 'tab' | 'page';

/**
 * The one attempt of this browser that is not settled. `localStorage` survives a crash and reaches other tabs;
 * where it is refused, `sessionStorage` survives a reload.
 */
export class AttemptStore {
  #page: OrderAttempt | undefined;
  #memory: Memory = 'browser';

  /** Where the last write went. */
  get memory(): Memory {
    return this.#memory;
  }

  /** A write that fell back is the newest, so the fallbacks come first. */
  read(): OrderAttempt | undefined {
    return this.#page ?? parse(readText('sessionStorage')) ?? parse(readText('localStorage'));
  }

  write(attempt: OrderAttempt): void {
    const text = JSON.stringify(attempt);
    this.#page = undefined;
    if (writeText('localStorage', text)) {
      this.#memory = 'browser';
      writeText('sessionStorage', undefined);
    } else if (writeText('sessionStorage', text)) this.#memory = 'tab';
    else {
      this.#memory = 'page';
      this.#page = attempt;
    }
  }

  /** Leaves an attempt that another tab has started since. */
  remove(key: string): void {
    if (this.read()?.key !== key) return;
    this.#page = undefined;
    for (const area of AREAS) writeText(area, undefined);
  }

  /** A storage that the browser clears as a whole says nothing about the attempt. @returns unsubscribes */
  onChangeElsewhere(listener: (attempt: OrderAttempt | undefined) => void): () => void {
    const listen = ({ key, newValue }: StorageEvent) => {
      if (key === NAME) listener(parse(newValue));
    };
    window.addEventListener('storage', listen);
    return () => window.removeEventListener('storage', listen);
  }
}

const AREAS = ['localStorage', 'sessionStorage'] as const;
type Area = (typeof AREAS)[number];

// A browser without a storage has null there, or throws, or throws only when it is used.

function readText(area: Area): string | null {
  try {
    return window[area].getItem(NAME);
  } catch {
    return null;
  }
}

/** @returns whether the storage took it, and gives it back */
function writeText(area: Area, text: string | undefined): boolean {
  try {
    if (text === undefined) window[area].removeItem(NAME);
    else window[area].setItem(NAME, text);
    return text === undefined || readText(area) === text;
  } catch {
    return false;
  }
}

function parse(text: string | null): OrderAttempt | undefined {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return isOrderAttempt(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
