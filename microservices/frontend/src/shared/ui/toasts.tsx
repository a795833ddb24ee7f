import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Button } from './button.tsx';

export interface Toast {
  /** A message replaces the one with the same key; different ones are shown one above the other. */
  readonly key: string;
  readonly text: string;
  readonly tone: 'done' | 'failed';
  readonly action?: ReactNode;
}

interface Toasts {
  showToast(toast: Toast): void;
  dismiss(key: string): void;
}

const TOAST_VISIBLE_MS = 7000;
const TOAST_HELD_MS = 1000;

const ToastsContext = createContext<Toasts | undefined>(undefined);

export function useToasts(): Toasts {
  const toasts = use(ToastsContext);
  if (!toasts) throw new Error('useToasts needs a ToastsProvider above it.');
  return toasts;
}

/** Shows short messages over the page, the newest at the bottom. A failure stays until it is dismissed. */
export function ToastsProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly Toast[]>([]);
  const dismiss = useCallback(
    (key: string) => setShown((toasts) => toasts.filter((toast) => toast.key !== key)),
    [],
  );
  const showToast = useCallback(
    (next: Toast) =>
      setShown((toasts) => [...toasts.filter((toast) => toast.key !== next.key), next]),
    [],
  );
  const toasts = useMemo(() => ({ showToast, dismiss }), [showToast, dismiss]);
  return (
    <ToastsContext value={toasts}>
      {children}
      <div className="pointer-events-none fixed inset-x-0 bottom-18 z-40 flex justify-center sm:bottom-2">
        <div
          role="status"
          className="flex max-h-[60dvh] flex-col items-center gap-2 overflow-y-auto px-4 py-6"
        >
          {shown.map((toast) => (
            <ToastCard key={toast.key} toast={toast} onDismiss={dismiss} />
          ))}
        </div>
      </div>
    </ToastsContext>
  );
}

interface ToastCardProps {
  toast: Toast;
  onDismiss: (key: string) => void;
}

/** A message that goes away by itself stays while the shopper points at it or has the focus in it. */
function ToastCard({ toast, onDismiss }: ToastCardProps) {
  const { text, tone, action } = toast;
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (toast.tone !== 'done') return;
    let timer = setTimeout(end, TOAST_VISIBLE_MS);
    function end() {
      if (card.current?.matches(':hover, :focus-within')) timer = setTimeout(end, TOAST_HELD_MS);
      else onDismiss(toast.key);
    }
    return () => clearTimeout(timer);
  }, [toast, onDismiss]);
  return (
    <div
      ref={card}
      data-tone={tone}
      className="toast pointer-events-auto flex max-w-xl items-center gap-4 rounded-2xl border border-line bg-white py-2 pr-3 pl-5 shadow-lift data-[tone=failed]:border-rust data-[tone=failed]:bg-blush"
    >
      <p className="py-1.5">{text}</p>
      {action}
      <Button
        look="quiet"
        onClick={() => onDismiss(toast.key)}
        aria-label="Dismiss message"
        className="min-w-9 no-underline"
      >
        <span aria-hidden="true">×</span>
      </Button>
    </div>
  );
}
