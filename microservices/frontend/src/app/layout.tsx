import { useEffect, useRef } from 'react';
import { type Location, Outlet, ScrollRestoration, useLocation, useNavigation } from 'react-router';
import { attempt } from '../shared/lib/attempt.ts';
import { Optional } from '../shared/ui/optional.tsx';
import { ToastsProvider } from '../shared/ui/toasts.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { OrderNotice, OrderProgress } from './order-progress.tsx';
import { SessionNotices } from './session-notices.tsx';

export function Layout() {
  const main = useFocusOnNewPage();
  const navigating = useNavigation().state === 'loading';
  return (
    <ToastsProvider>
      <OrderProgress>
        <a href="#main" className="skip-link">
          Skip to content
        </a>
        <div className="flex min-h-dvh flex-col">
          <Header />
          <SessionNotices />
          <OrderNotice />
          <main
            ref={main}
            id="main"
            tabIndex={-1}
            aria-busy={navigating}
            className="mx-auto w-full max-w-7xl flex-1 px-4 pt-8 pb-20 outline-none sm:px-6 lg:px-8"
          >
            <Outlet />
          </main>
          <Footer />
        </div>
        <Optional>
          <ScrollRestoration getKey={scrollKey} />
        </Optional>
      </OrderProgress>
    </ToastsProvider>
  );
}

/** Each load of a page has the key "default", so two pages would share one position. */
const scrollKey = ({ key, pathname, search }: Location): string =>
  key === 'default' ? `${pathname}${search}` : key;

/** Moves the focus to the start of a new page, for screen readers; a new search on the same page keeps it. */
function useFocusOnNewPage() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    attempt(() => main.current?.focus({ preventScroll: true }));
  }, [pathname]);
  return main;
}
