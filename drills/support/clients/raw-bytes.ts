import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Sends bytes as they are. @returns what comes back until the connection ends, for at most a second */
export async function sendBytes(host: string, bytes: string): Promise<string> {
  const socket = connect(8080, host);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString();
  });
  socket.on('error', () => {});
  socket.write(bytes);
  await Promise.race([new Promise((closed) => socket.once('close', closed)), sleep(1_000)]);
  socket.destroy();
  return answer;
}
