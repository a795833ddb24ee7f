import { createOpenApiHttp } from 'openapi-msw';
import type { paths } from '../../src/shared/api/schema.generated.ts';

/** Handlers whose requests and responses are typed by the contract. */
export const http = createOpenApiHttp<paths>();
