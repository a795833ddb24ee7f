import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { withLatinDigits } from '../../shared/address/latin-digits.ts';
import { MIN_QUANTITY } from './state/cart-change.ts';

const TYPING_PAUSE_MS = 500;

interface QuantityStepperProps {
  productName: string;
  quantity: number;
  /** What can be ordered: the limit of a line, or what is left. */
  max: number;
  /** The buttons: relative, so that quick clicks and other tabs add up. */
  onAdjust: (by: number) => void;
  /** A typed quantity. */
  onChange: (quantity: number) => void;
}

const STEP =
  'grid size-11 place-items-center rounded-full text-xl hover:bg-ink/5 disabled:text-line';

export function QuantityStepper(props: QuantityStepperProps) {
  const { productName, quantity, max, onAdjust } = props;
  return (
    <div className="inline-flex items-center rounded-full border border-line bg-paper">
      <button
        type="button"
        className={STEP}
        aria-label={`Decrease quantity of ${productName}`}
        disabled={quantity <= MIN_QUANTITY}
        onClick={() => onAdjust(-1)}
      >
        <span aria-hidden="true">−</span>
      </button>
      <QuantityInput {...props} />
      <button
        type="button"
        className={STEP}
        aria-label={`Increase quantity of ${productName}`}
        disabled={quantity >= max}
        onClick={() => onAdjust(1)}
      >
        <span aria-hidden="true">+</span>
      </button>
    </div>
  );
}

/**
 * Sends the typed quantity after a pause, on Enter, or when the field loses focus; Escape discards it. Not of
 * type "number": a browser would drop the digits of other scripts, and make 15 of "1,5".
 */
function QuantityInput({ productName, quantity, max, onAdjust, onChange }: QuantityStepperProps) {
  const [typed, setTyped] = useState<string>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  function commit(text: string | undefined) {
    clearTimeout(timer.current);
    setTyped(undefined);
    const next = text === undefined ? quantity : readQuantity(text, quantity, max);
    if (next !== quantity) onChange(next);
  }

  function step(by: number) {
    commit(undefined);
    if (quantity + by >= MIN_QUANTITY && quantity + by <= max) onAdjust(by);
  }

  function press(event: KeyboardEvent) {
    const action = {
      Enter: () => commit(typed),
      Escape: () => commit(undefined),
      ArrowUp: () => step(1),
      ArrowDown: () => step(-1),
    }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  return (
    <input
      type="text"
      role="spinbutton"
      inputMode="numeric"
      autoComplete="off"
      maxLength={6}
      aria-valuenow={quantity}
      aria-valuemin={MIN_QUANTITY}
      aria-valuemax={Math.max(max, MIN_QUANTITY)}
      aria-label={`Quantity of ${productName}`}
      value={typed ?? quantity}
      onChange={(event) => {
        const text = event.target.value;
        setTyped(text);
        clearTimeout(timer.current);
        if (isQuantity(text, max)) timer.current = setTimeout(() => commit(text), TYPING_PAUSE_MS);
      }}
      onBlur={() => commit(typed)}
      onKeyDown={press}
      className="h-11 w-11 bg-transparent text-center font-semibold tabular-nums"
    />
  );
}

/** Only digits count, in any script. */
function toNumber(text: string): number {
  const digits = withLatinDigits(text).trim();
  return /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
}

function isQuantity(text: string, max: number): boolean {
  const value = toNumber(text);
  return value >= MIN_QUANTITY && value <= max;
}

/** Clamps too large a number to the maximum; any other invalid text keeps the current quantity. */
function readQuantity(text: string, current: number, max: number): number {
  const value = toNumber(text);
  if (isQuantity(text, max)) return value;
  return value > max && max >= MIN_QUANTITY ? max : current;
}
