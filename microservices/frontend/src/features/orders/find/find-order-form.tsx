import { type FormEvent, type InputHTMLAttributes, useId, useState } from 'react';
import { isEmailAddress } from '../../../shared/address/email-address.ts';
import { attempt } from '../../../shared/lib/attempt.ts';
import { classNames } from '../../../shared/lib/class-names.ts';
import { Button } from '../../../shared/ui/button.tsx';
import type { OrderInQuestion } from '../api/request-order-link.ts';
import { readOrderNumber } from './order-number.ts';

interface FindOrderFormProps {
  /** What was asked last. */
  asked: OrderInQuestion | undefined;
  isSending: boolean;
  onSubmit: (order: OrderInQuestion) => void;
}

interface Errors {
  readonly number?: string | undefined;
  readonly email?: string | undefined;
}

export function FindOrderForm({ asked, isSending, onSubmit }: FindOrderFormProps) {
  const [errors, setErrors] = useState<Errors>({});
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isSending) return;
    const form = event.currentTarget;
    const values = new FormData(form);
    const read = readOrderNumber(String(values.get('number') ?? ''));
    const email = String(values.get('email') ?? '').trim();
    const found: Errors = {
      number: read.kind === 'number' ? undefined : NUMBER_ERRORS[read.kind],
      email: isEmailAddress(email)
        ? undefined
        : 'Enter an email address, such as name@example.com.',
    };
    setErrors(found);
    const wrong = found.number ? 'number' : found.email ? 'email' : undefined;
    if (wrong) focusOn(form.elements.namedItem(wrong));
    else if (read.kind === 'number') onSubmit({ number: read.number, email });
  };
  return (
    <form noValidate aria-label="Find an order" onSubmit={submit} className="mt-8 space-y-5">
      <Field
        name="number"
        label="Order number"
        hint="Such as CH-7F3K-9Q2M. Small letters and spaces are fine."
        error={errors.number}
        defaultValue={asked?.number}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={60}
      />
      <Field
        name="email"
        label="Email"
        hint="The one that you ordered with."
        error={errors.email}
        defaultValue={asked?.email}
        // Not type="email": Chromium would give a domain of another script back in Punycode.
        inputMode="email"
        autoComplete="email"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={320}
      />
      <Button type="submit" aria-busy={isSending} className="w-full sm:w-auto">
        {isSending ? 'Sending…' : 'Send me a link'}
      </Button>
    </form>
  );
}

const NUMBER_ERRORS = {
  incomplete: 'Enter the whole number: eight letters and digits, with or without CH in front.',
  mistaken: 'Our numbers have no 0, O, 1, I, L, 8 or B. Look at yours again.',
} as const;

function focusOn(control: RadioNodeList | Element | null): void {
  if (control instanceof HTMLElement) attempt(() => control.focus());
}

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint: string;
  error: string | undefined;
}

function Field({ label, hint, error, ...input }: FieldProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium">
        {label}
      </label>
      <input
        {...input}
        id={id}
        type="text"
        aria-required
        aria-invalid={error ? true : undefined}
        aria-describedby={classNames(`${id}-hint`, error && `${id}-error`)}
        className="input"
      />
      <p id={`${id}-hint`} className="mt-1.5 text-muted text-sm">
        {hint}
      </p>
      {error ? (
        <p id={`${id}-error`} className="mt-1.5 font-medium text-rust text-sm">
          {error}
        </p>
      ) : null}
    </div>
  );
}
