import { customDefinitions } from '../../src/schemas/sources.ts';
import { type ApiServer, startApiServer } from './api-server.ts';

/** An API server with the definitions of the custom kinds in use, which the add-ons' charts install. */
export async function startCluster(flags: readonly string[] = []): Promise<ApiServer> {
  const server = await startApiServer(flags);
  try {
    for (const file of customDefinitions()) {
      await server.kubectl.must(['apply', '--server-side', '-f', file]);
    }
    await server.kubectl.must(['wait', '--for=condition=Established', 'crd', '--all']);
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}
