import { useEffect } from 'react';
import { useSession } from '../shared/session-context.ts';
import { useToasts } from '../shared/ui/toasts.tsx';

/** Tells the shopper what became of the session, when that matters for the cart. */
export function SessionNotices() {
  const { isCookieless, replacement } = useSession();
  const { showToast } = useToasts();
  useEffect(() => {
    if (replacement)
      showToast({ key: 'session', tone: 'failed', text: textOf(replacement.isComplete) });
  }, [replacement, showToast]);
  return (
    <div role="status">
      {isCookieless ? (
        <p className="bg-honey px-4 py-3 text-center">
          Your browser does not let us keep cookies, so your cart lasts only until you close or
          reload this page.
        </p>
      ) : null}
    </div>
  );
}

const textOf = (isComplete: boolean): string =>
  isComplete
    ? 'Your session had ended. We opened a new one and kept what was in your cart.'
    : 'Your session had ended, so we opened a new one. Not everything in your cart could be kept: please look it over.';
