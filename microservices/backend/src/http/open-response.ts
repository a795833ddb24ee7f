import { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The response that the connection's client waits for: of pipelined requests, that of the first. */
export function openResponse(socket: Socket): ServerResponse | undefined {
  const response = '_httpMessage' in socket ? socket._httpMessage : undefined;
  return response instanceof ServerResponse ? response : undefined;
}
