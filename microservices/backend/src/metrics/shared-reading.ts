/**
 * Gauges that are collected together read once. Without the database they keep their last numbers.
 *
 * @param read from the database
 */
export function sharedReading<Value>(read: () => Promise<Value>): () => Promise<Value | undefined> {
  let reading: Promise<Value | undefined> | undefined;
  return () => {
    reading ??= read()
      .catch(() => undefined)
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
}
