import type { ReactNode, Ref } from 'react';
import { classNames } from '../lib/class-names.ts';

interface AlertProps {
  title: string;
  children?: ReactNode;
  ref?: Ref<HTMLDivElement>;
  className?: string;
}

export function Alert({ title, children, ref, className }: AlertProps) {
  return (
    <div
      ref={ref}
      role="alert"
      tabIndex={-1}
      className={classNames('rounded-2xl border-l-4 border-rust bg-blush p-5', className)}
    >
      <p className="font-semibold">{title}</p>
      {children}
    </div>
  );
}
