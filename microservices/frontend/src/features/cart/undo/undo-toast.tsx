import { Button } from '../../../shared/ui/button.tsx';
import type { Toast } from '../../../shared/ui/toasts.tsx';

interface UndoToastProps {
  key: string;
  text: string;
  onUndo: () => void;
}

/** The message after something was taken out of the cart; `onUndo` puts it back. */
export function undoToast({ key, text, onUndo }: UndoToastProps): Toast {
  return {
    key,
    tone: 'done',
    text,
    action: (
      <Button look="quiet" onClick={onUndo} className="shrink-0 text-inherit">
        <span>
          Undo <span className="sr-only">{text}</span>
        </span>
      </Button>
    ),
  };
}
