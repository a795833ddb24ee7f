import { attempt } from '../shared/lib/attempt.ts';

/**
 * A browser that translates the page takes React's text nodes out and puts `<font>` elements in their places.
 * React knows nothing of it: it would fail when it removes such a text, and would change a price that is not on
 * the page any more (https://github.com/facebook/react/issues/11538). Here a translated text stays in step: a
 * changed text takes its place again, to be translated anew, and a removed one takes its translation along.
 */
export function followTranslation(): void {
  attempt(() => {
    const translations = new Translations();
    new MutationObserver((records) => translations.read(records)).observe(document.body, {
      childList: true,
      subtree: true,
    });
    guardNodes(translations);
  });
}

class Translations {
  /** By the text that React holds: what the page shows instead. */
  readonly #shown = new WeakMap<Node, ChildNode>();
  readonly #changes = new MutationObserver((records) => {
    for (const { target } of records) this.#putBack(target);
  });

  read(records: readonly MutationRecord[]): void {
    for (const record of records) {
      for (const removed of Array.from(record.removedNodes)) {
        const translation = translationIn(record);
        if (removed.nodeType === Node.TEXT_NODE && !removed.isConnected && translation)
          this.#follow(removed, translation);
      }
    }
  }

  /** @returns the node in whose place `node` was */
  placeOf(node: Node): ChildNode | undefined {
    return this.#shown.get(node);
  }

  #follow(text: Node, translation: ChildNode): void {
    this.#shown.set(text, translation);
    this.#changes.observe(text, { characterData: true });
  }

  #putBack(text: Node): void {
    const translation = this.#shown.get(text);
    if (!translation?.isConnected || text.isConnected) return;
    this.#shown.delete(text);
    translation.replaceWith(text);
  }
}

/** The element that was put in the place of the record's text, in the same step or the one before. */
function translationIn({ addedNodes, previousSibling, nextSibling }: MutationRecord) {
  return [...Array.from(addedNodes), previousSibling, nextSibling].find(isTranslation);
}

const isTranslation = (node: Node | null): node is HTMLElement => node?.nodeName === 'FONT';

/** React calls these with a text that may have been translated, and whose place is then another node's. */
function guardNodes(translations: Translations): void {
  const { removeChild, insertBefore } = Node.prototype;
  Node.prototype.removeChild = function <Child extends Node>(this: Node, child: Child): Child {
    if (child.parentNode === this) return Reflect.apply(removeChild, this, [child]);
    translations.placeOf(child)?.remove();
    return child;
  };
  Node.prototype.insertBefore = function <Child extends Node>(
    this: Node,
    child: Child,
    before: Node | null,
  ): Child {
    const place = before && before.parentNode !== this ? translations.placeOf(before) : before;
    const reference = place?.parentNode === this ? place : null;
    return Reflect.apply(insertBefore, this, [child, reference]);
  };
}
