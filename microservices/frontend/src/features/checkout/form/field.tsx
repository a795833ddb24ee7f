import { type ComponentProps, type FocusEvent, type ReactNode, useId } from 'react';
import { type FieldPath, useFormContext } from 'react-hook-form';
import { classNames } from '../../../shared/lib/class-names.ts';
import type { CheckoutValues } from './checkout-schema.ts';
import { useAfterClick } from './use-after-click.ts';

interface FieldProps {
  name: FieldPath<CheckoutValues>;
  label: string;
  hint?: string;
  optional?: boolean;
  className?: string;
}

/** The attributes that link a control to its label, hint and error. */
function useField(name: FieldPath<CheckoutValues>, hint: string | undefined) {
  const id = useId();
  const { register, getFieldState, formState } = useFormContext<CheckoutValues>();
  const afterClick = useAfterClick();
  const { onBlur, ...registered } = register(name);
  const error = getFieldState(name, formState).error?.message;
  const describedBy = classNames(hint && `${id}-hint`, error && `${id}-error`) || undefined;
  const control = {
    id,
    ...registered,
    onBlur: (event: FocusEvent) => afterClick(() => void onBlur(event)),
    'aria-invalid': error ? true : undefined,
    'aria-describedby': describedBy,
  } as const;
  return { id, error, control };
}

export function TextField({
  name,
  label,
  hint,
  optional,
  className,
  ...input
}: FieldProps & Omit<ComponentProps<'input'>, 'name' | 'className'>) {
  const { id, error, control } = useField(name, hint);
  return (
    <FieldFrame
      id={id}
      label={label}
      error={error}
      hint={hint}
      optional={optional}
      className={className}
    >
      <input {...input} {...control} aria-required={!optional} className="input" />
    </FieldFrame>
  );
}

export function SelectField({
  name,
  label,
  hint,
  className,
  children,
  ...select
}: FieldProps & Omit<ComponentProps<'select'>, 'name' | 'className'>) {
  const { id, error, control } = useField(name, hint);
  return (
    <FieldFrame id={id} label={label} error={error} hint={hint} className={className}>
      <select {...select} {...control} aria-required className="input select">
        {children}
      </select>
    </FieldFrame>
  );
}

interface FieldFrameProps {
  id: string;
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  optional?: boolean | undefined;
  className?: string | undefined;
  children: ReactNode;
}

function FieldFrame({ id, label, hint, error, optional, className, children }: FieldFrameProps) {
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block font-medium">
        {label}
        {optional ? <span className="font-normal text-muted"> (optional)</span> : null}
      </label>
      {children}
      {hint ? (
        <p id={`${id}-hint`} className="mt-1.5 text-muted text-sm">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={`${id}-error`} className="mt-1.5 font-medium text-rust text-sm">
          {error}
        </p>
      ) : null}
    </div>
  );
}
