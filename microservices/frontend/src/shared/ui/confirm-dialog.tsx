import { type ReactNode, useId, useRef } from 'react';
import { attempt } from '../lib/attempt.ts';
import { Button } from './button.tsx';

interface ConfirmDialogProps {
  /** The button that asks. */
  renderOpener: (open: () => void) => ReactNode;
  title: string;
  children: ReactNode;
  confirm: string;
  keep: string;
  onConfirm: () => void;
}

/** A question before something that cannot be undone. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { renderOpener, title, children, confirm, keep, onConfirm } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  return (
    <>
      {renderOpener(() => show(dialog.current))}
      <dialog
        ref={dialog}
        aria-labelledby={`${id}-title`}
        className="m-auto w-[calc(100%-2rem)] max-w-md rounded-3xl bg-paper p-8 text-ink shadow-lift backdrop:bg-ink/40"
      >
        <h2 id={`${id}-title`} className="font-serif text-2xl">
          {title}
        </h2>
        <p className="mt-2 text-muted">{children}</p>
        <div className="mt-6 flex flex-wrap gap-3">
          <Button
            onClick={() => {
              close(dialog.current);
              onConfirm();
            }}
          >
            {confirm}
          </Button>
          <Button look="secondary" onClick={() => close(dialog.current)}>
            {keep}
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
