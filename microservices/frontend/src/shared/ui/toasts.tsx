import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useState,
} from 'react';
import { Button } from './button.tsx';

export interface Toast {
  readonly text: string;
  readonly tone: 'done' | 'failed';
  readonly action?: ReactNode;
}

interface Toasts {
  showToast(toast: Toast): void;
  dismiss(): void;
}

const TOAST_VISIBLE_MS = 7000;

const ToastsContext = createContext<Toasts | undefined>(undefined);

export function useToasts(): Toasts {
  const toasts = use(ToastsContext);
  if (!toasts) throw new Error('useToasts needs a ToastsProvider above it.');
  return toasts;
}

/** Shows one short message at a time over the page. A failure stays until it is dismissed. */
export function ToastsProvider({ children }: { children: ReactNode }) {
  const [toast, setToast] = useState<Toast>();
  const dismiss = useCallback(() => setToast(undefined), []);
  const toasts = useMemo(() => ({ showToast: setToast, dismiss }), [dismiss]);

  useEffect(() => {
    if (toast?.tone !== 'done') return;
    const timer = setTimeout(dismiss, TOAST_VISIBLE_MS);
    return () => clearTimeout(timer);
  }, [toast, dismiss]);

  return (
    <ToastsContext value={toasts}>
      {children}
      <div className="pointer-events-none fixed inset-x-0 bottom-24 z-40 flex justify-center px-4 sm:bottom-8">
        <div role="status">{toast ? <ToastCard {...toast} onDismiss={dismiss} /> : null}</div>
      </div>
    </ToastsContext>
  );
}

function ToastCard({ text, tone, action, onDismiss }: Toast & { onDismiss: () => void }) {
  return (
    <div
      data-tone={tone}
      className="toast pointer-events-auto flex max-w-xl items-center gap-4 rounded-2xl border border-line bg-white py-2 pr-3 pl-5 shadow-lift data-[tone=failed]:border-rust data-[tone=failed]:bg-blush"
    >
      <p className="py-1.5">{text}</p>
      {action}
      <Button
        look="quiet"
        onClick={onDismiss}
        aria-label="Dismiss message"
        className="min-w-9 no-underline"
      >
        <span aria-hidden="true">✕</span>
      </Button>
    </div>
  );
}
