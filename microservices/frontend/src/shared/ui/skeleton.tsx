import { classNames } from '../lib/class-names.ts';

/** A placeholder in the size of the content, so that the layout does not shift. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden="true" className={classNames('skeleton rounded-lg', className)} />;
}

export function LoadingLabel({ children }: { children: string }) {
  return (
    <p role="status" className="sr-only">
      {children}
    </p>
  );
}
