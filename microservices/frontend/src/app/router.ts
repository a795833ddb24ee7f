import { createBrowserRouter, createMemoryRouter } from 'react-router';
import { attempt } from '../shared/lib/attempt.ts';
import { routes } from './routes.tsx';

/** Without a working history API pages change all the same, but their addresses do not. */
export function createRouter() {
  return attempt(() => createBrowserRouter(routes)) ?? createMemoryRouter(routes, startHere());
}

const startHere = () => {
  const { pathname, search, hash } = window.location;
  return { initialEntries: [pathname + search + hash] };
};
