/** Records every text that elements of `selector` show, however shortly. */
export function watchPage(selector = 'h1, [role="alert"]') {
  const seen = new Set<string>();
  const look = () => {
    for (const element of document.querySelectorAll(selector)) seen.add(element.textContent);
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  look();
  return {
    seen: () => [...seen].join(' | '),
    [Symbol.dispose]: () => observer.disconnect(),
  };
}

/** What a page may say only if it is proved. */
export const DENIALS = /Your cart is empty|Nothing was ordered|not placed|No orders yet/;
