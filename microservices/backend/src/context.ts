import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Pool } from 'pg';
import type { Config } from './config/config.ts';
import type { PaymentProvider } from './modules/checkout/payment-provider.ts';
import type { TokenService } from './modules/identity/tokens.ts';

/** What every module works with. `buildApp` gets it from outside; nothing is looked up globally. */
export interface Context {
  readonly config: Config;
  readonly pool: Pool;
  readonly tokens: TokenService;
  readonly payments: PaymentProvider;
  /** Aborted when the process has been told to stop. */
  readonly stopping: AbortSignal;
}

/** A Fastify instance whose routes take their types from their TypeBox schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
