import { QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { RouterProvider } from 'react-router';
import { CartProvider } from '../features/cart/state/cart-context.tsx';
import { SessionProvider } from '../features/session/session-provider.tsx';
import { createQueryClient } from './query-client.ts';
import { RootBoundary } from './root-boundary.tsx';
import { createRouter } from './router.ts';

export function App() {
  return (
    <RootBoundary>
      <Shop />
    </RootBoundary>
  );
}

function Shop() {
  const [queryClient] = useState(createQueryClient);
  const [router] = useState(createRouter);
  return (
    <QueryClientProvider client={queryClient}>
      <SessionProvider>
        <CartProvider>
          <RouterProvider router={router} />
        </CartProvider>
      </SessionProvider>
    </QueryClientProvider>
  );
}
