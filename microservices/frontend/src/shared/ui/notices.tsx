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

interface Notice {
  readonly text: string;
  readonly tone: 'done' | 'failed';
  readonly action?: ReactNode;
}

interface Notices {
  notify(notice: Notice): void;
  dismiss(): void;
}

const VISIBLE_MS = 7000;

const NoticesContext = createContext<Notices | undefined>(undefined);

export function useNotices(): Notices {
  const notices = use(NoticesContext);
  if (!notices) throw new Error('useNotices needs a NoticesProvider above it.');
  return notices;
}

/** Shows one short message at a time over the page. A failure stays until it is dismissed. */
export function NoticesProvider({ children }: { children: ReactNode }) {
  const [notice, setNotice] = useState<Notice>();
  const dismiss = useCallback(() => setNotice(undefined), []);
  const notices = useMemo(() => ({ notify: setNotice, dismiss }), [dismiss]);

  useEffect(() => {
    if (notice?.tone !== 'done') return;
    const timer = setTimeout(dismiss, VISIBLE_MS);
    return () => clearTimeout(timer);
  }, [notice, dismiss]);

  return (
    <NoticesContext value={notices}>
      {children}
      <div className="pointer-events-none fixed inset-x-0 bottom-24 z-40 flex justify-center px-4 sm:bottom-8">
        <div role="status">{notice ? <NoticeCard {...notice} onDismiss={dismiss} /> : null}</div>
      </div>
    </NoticesContext>
  );
}

function NoticeCard({ text, tone, action, onDismiss }: Notice & { onDismiss: () => void }) {
  return (
    <div
      data-tone={tone}
      className="notice pointer-events-auto flex max-w-xl items-center gap-4 rounded-2xl border border-line bg-white py-2 pr-3 pl-5 shadow-lift data-[tone=failed]:border-rust data-[tone=failed]:bg-blush"
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
