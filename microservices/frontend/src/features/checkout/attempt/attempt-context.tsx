import {
  createContext,
  type ReactNode,
  use,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { useSession } from '../../../shared/session-context.ts';
import { type AttemptState, OrderAttempts, type PendingState } from './order-attempts.ts';

const AttemptContext = createContext<OrderAttempts | undefined>(undefined);

interface AttemptProviderProps {
  refreshCart: () => Promise<void>;
  children: ReactNode;
}

/** Finds out about an order on every page, so that leaving the checkout page loses nothing. */
export function AttemptProvider({ refreshCart, children }: AttemptProviderProps) {
  const session = useSession();
  const latest = useRef({ session, refreshCart });
  useEffect(() => {
    latest.current = { session, refreshCart };
  }, [session, refreshCart]);
  const [attempts] = useState(
    () =>
      new OrderAttempts({
        session: () => latest.current.session,
        refreshCart: () => latest.current.refreshCart(),
      }),
  );
  useEffect(() => attempts.start(), [attempts]);
  return <AttemptContext value={attempts}>{children}</AttemptContext>;
}

export function useOrderAttempts(): { attempts: OrderAttempts; state: AttemptState } {
  const attempts = use(AttemptContext);
  if (!attempts) throw new Error('useOrderAttempts needs an AttemptProvider above it.');
  return { attempts, state: useSyncExternalStore(attempts.subscribe, attempts.getState) };
}

export const isUnderWay = (state: AttemptState): state is PendingState =>
  state.kind !== 'none' && state.kind !== 'refused';
