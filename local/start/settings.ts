import { UserError } from '../run/user-error.mjs';

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment variables of `npm start`. */
export interface Settings {
  readonly host: string;
  /** The storefront's. */
  readonly port: number;
  readonly backendPort: number;
  /** Connects as the database's owner. Replaces the embedded server. */
  readonly databaseUrl: string | undefined;
  /** Connects to the same database with the backend's role. @default databaseUrl */
  readonly backendDatabaseUrl: string | undefined;
}

export function readSettings(env: Environment): Settings {
  const port = readPort(env, 'PORT', 8080);
  const backendPort = readPort(env, 'BACKEND_PORT', 8000);
  if (port === backendPort) {
    throw new UserError(
      `PORT and BACKEND_PORT are both ${port}: give storefront and backend different ports.`,
    );
  }
  return {
    host: env.HOST || '127.0.0.1',
    port,
    backendPort,
    databaseUrl: env.DATABASE_URL || undefined,
    backendDatabaseUrl: env.BACKEND_DATABASE_URL || env.DATABASE_URL || undefined,
  };
}

function readPort(env: Environment, name: string, fallback: number): number {
  const text = env[name] || String(fallback);
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new UserError(`${name} is "${text}": give a port from 1 to 65535.`);
}
