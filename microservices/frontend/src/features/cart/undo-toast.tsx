import type { CartLine } from '../../shared/api/types.ts';
import { Button } from '../../shared/ui/button.tsx';
import type { Toast } from '../../shared/ui/toasts.tsx';

/** The message after a line was removed; `onUndo` adds the line again. */
export function undoToast(line: CartLine, onUndo: () => void): Toast {
  return {
    tone: 'done',
    text: `${line.product_name} was removed.`,
    action: (
      <Button look="quiet" onClick={onUndo} className="shrink-0 text-inherit">
        Undo
      </Button>
    ),
  };
}
