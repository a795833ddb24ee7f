import type { ReactNode } from 'react';

interface MessagePanelProps {
  title: string;
  picture?: ReactNode;
  children: ReactNode;
  actions?: ReactNode;
}

/** A message that fills the page: empty, not found, unreachable. */
export function MessagePanel({ title, picture, children, actions }: MessagePanelProps) {
  return (
    <div className="mx-auto flex max-w-xl flex-col items-center px-4 py-16 text-center sm:py-24">
      {picture}
      <h1 className="mt-6 font-serif text-4xl text-balance sm:text-5xl">{title}</h1>
      <div className="mt-4 text-lg text-pretty text-muted">{children}</div>
      {actions ? <div className="mt-8 flex flex-wrap justify-center gap-3">{actions}</div> : null}
    </div>
  );
}
