import { type KeyboardEvent, use, useId, useRef } from 'react';
import { failureText } from '../../../shared/api/failure-text.ts';
import type { Cart, Quote } from '../../../shared/api/types.ts';
import { Button } from '../../../shared/ui/button.tsx';
import { useChangeCode } from '../api/change-code.ts';
import { QuotesFixed } from '../api/get-quote.ts';
import { codeSentence } from './code-sentence.ts';

/** Of the contract. */
const MAX_CODE_LENGTH = 50;

interface PromotionCodesProps {
  cart: Cart;
  quote: Quote;
}

/** The codes of the cart and a field for another one. It can be inside a form: Enter does not send that. */
export function PromotionCodes({ cart, quote }: PromotionCodesProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const { mutate, error, isPending, variables } = useChangeCode(cart);
  const isFixed = use(QuotesFixed);
  const change = (code: string, isWanted: boolean) =>
    mutate(
      { code, isWanted },
      {
        onSuccess: () => {
          if (isWanted && input.current) input.current.value = '';
        },
      },
    );
  const enter = () => {
    const code = input.current?.value.trim() ?? '';
    if (code === '') input.current?.focus();
    else if (!isPending && !isFixed) change(code, true);
  };
  const enterByKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    event.preventDefault();
    enter();
  };
  return (
    <div className="mt-6 border-line border-t pt-5">
      <label htmlFor={id} className="mb-1.5 block font-medium">
        Promotion code
      </label>
      <div className="flex gap-3">
        <input
          ref={input}
          id={id}
          type="text"
          maxLength={MAX_CODE_LENGTH}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          aria-invalid={error ? true : undefined}
          aria-describedby={`${id}-message`}
          onKeyDown={enterByKey}
          className="input min-w-0 grow"
        />
        <Button look="secondary" disabled={isPending || isFixed} onClick={enter}>
          {isPending && variables.isWanted ? 'Applying…' : 'Apply'}
        </Button>
      </div>
      <p id={`${id}-message`} aria-live="polite" className="mt-1.5 font-medium text-rust text-sm">
        {error ? failureText(error, 'cart') : ''}
      </p>
      <EnteredCodes
        quote={quote}
        disabled={isPending || isFixed}
        onRemove={(code) => change(code, false)}
      />
    </div>
  );
}

interface EnteredCodesProps {
  quote: Quote;
  disabled: boolean;
  onRemove: (code: string) => void;
}

/** The list is always there, so that what becomes of a code is announced. */
function EnteredCodes({ quote, disabled, onRemove }: EnteredCodesProps) {
  return (
    <ul aria-label="Promotion codes" aria-live="polite" className="mt-1 space-y-2">
      {quote.codes.map((each) => (
        <li key={each.code} className="flex items-baseline justify-between gap-4">
          <span className="min-w-0">
            <bdi className="break-all font-semibold">{each.code}</bdi>{' '}
            <span className={each.reason === null ? 'text-muted text-sm' : 'text-rust text-sm'}>
              {codeSentence(each, quote.currency)}
            </span>
          </span>
          <Button look="quiet" disabled={disabled} onClick={() => onRemove(each.code)}>
            <span>
              Remove<span className="sr-only"> {each.code}</span>
            </span>
          </Button>
        </li>
      ))}
    </ul>
  );
}
