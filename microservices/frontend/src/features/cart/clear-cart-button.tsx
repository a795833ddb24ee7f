import { Button } from '../../shared/ui/button.tsx';
import { ConfirmDialog } from '../../shared/ui/confirm-dialog.tsx';

/** Asks for confirmation: Undo is offered only as long as its message is on the page. */
export function ClearCartButton({ onClear }: { onClear: () => void }) {
  return (
    <ConfirmDialog
      renderOpener={(open) => (
        <Button look="quiet" onClick={open}>
          Clear cart
        </Button>
      )}
      title="Empty your cart?"
      confirm="Empty cart"
      keep="Keep everything"
      onConfirm={onClear}
    >
      Everything in it will be taken out.
    </ConfirmDialog>
  );
}
