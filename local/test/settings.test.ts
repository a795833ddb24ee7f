import { expect, it } from 'vitest';
import { readSettings } from '../start/settings.ts';

it('has a default for everything', () => {
  expect(readSettings({ PORT: '' })).toEqual({
    host: '127.0.0.1',
    port: 8080,
    backendPort: 8000,
    databaseUrl: undefined,
    backendDatabaseUrl: undefined,
  });
});

it('gives the backend its own role on the given database, or the same one', () => {
  const given = { DATABASE_URL: 'postgres://owner@db/shop' };
  expect(readSettings(given).backendDatabaseUrl).toBe('postgres://owner@db/shop');
  const both = { ...given, BACKEND_DATABASE_URL: 'postgres://backend@db/shop' };
  expect(readSettings(both)).toMatchObject({
    databaseUrl: 'postgres://owner@db/shop',
    backendDatabaseUrl: 'postgres://backend@db/shop',
  });
});

it.each(['abc', '0', '65536', '80.5', '-1'])('refuses "%s" as a port, by its name', (text) => {
  expect(() => readSettings({ BACKEND_PORT: text })).toThrow(`BACKEND_PORT is "${text}"`);
});

it('refuses one port for two servers', () => {
  expect(() => readSettings({ PORT: '8000' })).toThrow('both 8000');
});
