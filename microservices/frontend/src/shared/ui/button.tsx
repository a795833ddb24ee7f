import type { ComponentProps } from 'react';
import { Link } from 'react-router';
import { classNames } from '../lib/class-names.ts';

type Look = 'primary' | 'secondary' | 'compact' | 'quiet';

const BASE =
  'inline-flex items-center justify-center gap-2 rounded-full text-center text-[0.95rem] font-semibold transition-colors duration-150 disabled:cursor-not-allowed aria-disabled:cursor-not-allowed';

const LOOKS: Record<Look, string> = {
  primary:
    'min-h-11 px-6 bg-ink text-paper hover:bg-rust disabled:bg-stone disabled:text-paper aria-disabled:bg-stone aria-disabled:hover:bg-stone aria-busy:bg-ink/80',
  secondary:
    'min-h-11 px-6 border border-ink/25 bg-transparent text-ink hover:border-ink hover:bg-ink/5 disabled:border-line disabled:text-stone disabled:hover:bg-transparent',
  compact:
    'min-h-10 px-4 border border-ink/25 text-ink hover:border-ink hover:bg-ink/5 disabled:border-line disabled:text-stone disabled:hover:bg-transparent aria-disabled:border-line aria-disabled:text-stone aria-disabled:hover:bg-transparent',
  quiet:
    'min-h-9 text-muted underline decoration-line underline-offset-4 hover:text-rust hover:decoration-rust disabled:text-stone',
};

interface ButtonProps extends ComponentProps<'button'> {
  look?: Look;
}

export function Button({ look = 'primary', className, type = 'button', ...rest }: ButtonProps) {
  return <button type={type} className={classNames(BASE, LOOKS[look], className)} {...rest} />;
}

interface ButtonLinkProps extends ComponentProps<typeof Link> {
  look?: Look;
}

export function ButtonLink({ look = 'primary', className, ...rest }: ButtonLinkProps) {
  return <Link className={classNames(BASE, LOOKS[look], className)} {...rest} />;
}
