import { useEffect, useRef, useState } from 'react';

const MIN_QUANTITY = 1;
const MAX_QUANTITY = 99;
const TYPING_PAUSE_MS = 500;

interface QuantityStepperProps {
  productName: string;
  quantity: number;
  onChange: (quantity: number) => void;
}

const STEP =
  'grid size-11 place-items-center rounded-full text-xl hover:bg-ink/5 disabled:text-line';

export function QuantityStepper({ productName, quantity, onChange }: QuantityStepperProps) {
  return (
    <div className="inline-flex items-center rounded-full border border-line bg-paper">
      <button
        type="button"
        className={STEP}
        aria-label={`Decrease quantity of ${productName}`}
        disabled={quantity <= MIN_QUANTITY}
        onClick={() => onChange(quantity - 1)}
      >
        <span aria-hidden="true">−</span>
      </button>
      <QuantityInput productName={productName} quantity={quantity} onChange={onChange} />
      <button
        type="button"
        className={STEP}
        aria-label={`Increase quantity of ${productName}`}
        disabled={quantity >= MAX_QUANTITY}
        onClick={() => onChange(quantity + 1)}
      >
        <span aria-hidden="true">+</span>
      </button>
    </div>
  );
}

/** Sends the typed quantity after a pause, on Enter, or when the field loses focus; Escape discards it. */
function QuantityInput({ productName, quantity, onChange }: QuantityStepperProps) {
  const [typed, setTyped] = useState<string>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  function commit(text: string | undefined) {
    clearTimeout(timer.current);
    setTyped(undefined);
    const next = text === undefined ? quantity : readQuantity(text, quantity);
    if (next !== quantity) onChange(next);
  }

  return (
    <input
      type="number"
      inputMode="numeric"
      min={MIN_QUANTITY}
      max={MAX_QUANTITY}
      step={1}
      aria-label={`Quantity of ${productName}`}
      value={typed ?? quantity}
      onChange={(event) => {
        const text = event.target.value;
        setTyped(text);
        clearTimeout(timer.current);
        if (isQuantity(text)) timer.current = setTimeout(() => commit(text), TYPING_PAUSE_MS);
      }}
      onBlur={() => commit(typed)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit(typed);
        if (event.key === 'Escape') commit(undefined);
      }}
      className="no-spinner h-11 w-11 bg-transparent text-center font-semibold tabular-nums"
    />
  );
}

function isQuantity(text: string): boolean {
  const value = Number(text);
  return text !== '' && Number.isInteger(value) && value >= MIN_QUANTITY && value <= MAX_QUANTITY;
}

/** Clamps too large a number to the maximum; any other invalid text keeps the current quantity. */
function readQuantity(text: string, current: number): number {
  if (isQuantity(text)) return Number(text);
  return Number(text) > MAX_QUANTITY ? MAX_QUANTITY : current;
}
