import { useRef } from 'react';
import { attempt } from '../../shared/lib/attempt.ts';
import { Button } from '../../shared/ui/button.tsx';

/** Asks for confirmation: Undo is offered only as long as its message is on the page. */
export function ClearCartButton({ onClear }: { onClear: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <Button look="quiet" onClick={() => show(dialog.current)}>
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
              close(dialog.current);
              onClear();
            }}
          >
            Empty cart
          </Button>
          <Button look="secondary" onClick={() => close(dialog.current)}>
            Keep everything
          </Button>
        </div>
      </dialog>
    </>
  );
}

/** Without modal dialogs the question appears in the page. */
function show(dialog: HTMLDialogElement | null): void {
  attempt(() => dialog?.showModal());
  if (dialog && !dialog.hasAttribute('open')) dialog.setAttribute('open', '');
}

function close(dialog: HTMLDialogElement | null): void {
  attempt(() => dialog?.close());
  dialog?.removeAttribute('open');
}
