/** Disposes in reverse order of all that it was given, even if one fails. Node 20 has no AsyncDisposableStack. */
export class Owner implements AsyncDisposable {
  readonly #owned: (AsyncDisposable | Disposable)[] = [];

  use<T extends AsyncDisposable | Disposable>(owned: T): T {
    this.#owned.push(owned);
    return owned;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (const owned of this.#owned.splice(0).reverse()) {
      try {
        await (Symbol.asyncDispose in owned
          ? owned[Symbol.asyncDispose]()
          : owned[Symbol.dispose]());
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, String(failures[0]));
  }
}
