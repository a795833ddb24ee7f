/** Its message is a sentence for a person: what happened and what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** SIGINT or SIGTERM arrived. */
export class StoppedError extends BackupError {
  constructor() {
    super('Stopped.');
  }
}

/** Settles as the work does, or rejects as soon as the signal aborts. */
export async function unlessStopped<T>(stop: AbortSignal, work: Promise<T>): Promise<T> {
  work.catch(() => {});
  let onStop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    onStop = () => reject(new StoppedError());
  });
  if (stop.aborted) onStop();
  stop.addEventListener('abort', onStop, { once: true });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    stop.removeEventListener('abort', onStop);
  }
}
