import { attempt } from '../shared/lib/attempt.ts';

/**
 * Keeps what index.html says without the script. Styles show it again when a page has neither heading nor alert
 * for long: something that no boundary catches has stopped the page, or its data never arrives.
 *
 * @returns puts it in the place of everything
 */
export function keepStaticFailure(root: HTMLElement): () => void {
  const message = root.firstElementChild?.cloneNode(true);
  attempt(() => {
    const late = document.createElement('div');
    late.className = 'static-failure static-failure-stuck';
    late.setAttribute('role', 'status');
    // For a page without its styles, on which it would show at once; the animation overrides this.
    late.style.visibility = 'hidden';
    late.append(...Array.from(root.firstElementChild?.cloneNode(true).childNodes ?? []));
    root.after(late);
  });
  return () => {
    if (message) root.replaceChildren(message);
  };
}
