/** React moves the element into the document's head. */
export function PageTitle({ children }: { children: string }) {
  return <title>{`${children} · Carthub`}</title>;
}
