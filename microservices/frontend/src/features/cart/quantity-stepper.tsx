import { useEffect, useRef, useState } from 'react';

const MIN = 1;
const MAX = 99;
const TYPING_MS = 500;

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
        disabled={quantity <= MIN}
        onClick={() => onChange(quantity - 1)}
      >
        <span aria-hidden="true">−</span>
      </button>
      <QuantityInput productName={productName} quantity={quantity} onChange={onChange} />
      <button
        type="button"
        className={STEP}
        aria-label={`Increase quantity of ${productName}`}
        disabled={quantity >= MAX}
        onClick={() => onChange(quantity + 1)}
      >
        <span aria-hidden="true">+</span>
      </button>
    </div>
  );
}

/** What is being typed is sent after a pause, on Enter, or when the field is left. */
function QuantityInput({ productName, quantity, onChange }: QuantityStepperProps) {
  const [typed, setTyped] = useState<string>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  function commit(text: string | undefined) {
    clearTimeout(timer.current);
    setTyped(undefined);
    const wanted = text === undefined ? quantity : readQuantity(text, quantity);
    if (wanted !== quantity) onChange(wanted);
  }

  return (
    <input
      type="number"
      inputMode="numeric"
      min={MIN}
      max={MAX}
      step={1}
      aria-label={`Quantity of ${productName}`}
      value={typed ?? quantity}
      onChange={(event) => {
        const text = event.target.value;
        setTyped(text);
        clearTimeout(timer.current);
        if (isQuantity(text)) timer.current = setTimeout(() => commit(text), TYPING_MS);
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
  return text !== '' && Number.isInteger(value) && value >= MIN && value <= MAX;
}

/** Too much means the most there can be; anything else that makes no sense changes nothing. */
function readQuantity(text: string, present: number): number {
  if (isQuantity(text)) return Number(text);
  return Number(text) > MAX ? MAX : present;
}
