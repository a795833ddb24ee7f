import type { RouteObject } from 'react-router';
import { Layout } from './layout.tsx';
import { ErrorPage } from './pages/error-page.tsx';
import { HomePage } from './pages/home-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { PageSkeleton } from './pages/page-skeleton.tsx';
import { RootFailure } from './root-failure.tsx';

const importConfirmation = () => import('./pages/confirmation-page.tsx');

/** The first bundle contains the product list; every other page loads on its first visit. */
const pages: RouteObject[] = [
  { index: true, Component: HomePage },
  {
    path: 'products/:productId',
    lazy: async () => ({ Component: (await import('./pages/product-page.tsx')).ProductPage }),
  },
  {
    path: 'cart',
    lazy: async () => ({ Component: (await import('./pages/cart-page.tsx')).CartPage }),
  },
  {
    path: 'checkout',
    lazy: async () => {
      // A release during the checkout can remove the page's code. An order must not end on an error page.
      void importConfirmation().catch(() => undefined);
      return { Component: (await import('./pages/checkout-page.tsx')).CheckoutPage };
    },
  },
  {
    path: 'orders',
    lazy: async () => ({ Component: (await import('./pages/orders-page.tsx')).OrdersPage }),
  },
  {
    path: 'orders/:orderId',
    lazy: async () => ({ Component: (await import('./pages/order-page.tsx')).OrderPage }),
  },
  {
    path: 'orders/:orderId/confirmation',
    lazy: async () => ({ Component: (await importConfirmation()).ConfirmationPage }),
  },
  {
    path: 'find-order',
    lazy: async () => ({ Component: (await import('./pages/find-order-page.tsx')).FindOrderPage }),
  },
  {
    // Of mailed links.
    path: 'o/:token',
    lazy: async () => ({
      Component: (await import('./pages/linked-order-page.tsx')).LinkedOrderPage,
    }),
  },
  { path: '*', Component: NotFoundPage },
];

export const routes: RouteObject[] = [
  {
    Component: Layout,
    ErrorBoundary: RootFailure,
    HydrateFallback: PageSkeleton,
    children: [{ ErrorBoundary: ErrorPage, HydrateFallback: PageSkeleton, children: pages }],
  },
];
