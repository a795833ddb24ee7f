import { useRef } from 'react';
import { Button } from '../../shared/ui/button.tsx';

/** Asks for confirmation, because emptying the cart has no undo. */
export function ClearCartButton({ onClear }: { onClear: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <Button look="quiet" onClick={() => dialog.current?.showModal()}>
        Clear cart
      </Button>
      <dialog
        ref={dialog}
        aria-labelledby="clear-cart-title"
        className="m-auto max-w-md rounded-3xl bg-paper p-8 text-ink shadow-lift backdrop:bg-ink/40"
      >
        <h2 id="clear-cart-title" className="font-serif text-2xl">
          Empty your cart?
        </h2>
        <p className="mt-2 text-muted">Everything in it will be taken out.</p>
        <div className="mt-6 flex flex-wrap gap-3">
          <Button
            onClick={() => {
              dialog.current?.close();
              onClear();
            }}
          >
            Empty cart
          </Button>
          <Button look="secondary" onClick={() => dialog.current?.close()}>
            Keep everything
          </Button>
        </div>
      </dialog>
    </>
  );
}
