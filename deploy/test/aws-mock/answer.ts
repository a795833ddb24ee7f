export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type: string;
}

export function json(body: unknown, status = 200): Answer {
  return { status, text: JSON.stringify(body), type: 'application/json' };
}

export function plain(text: string, status = 200): Answer {
  return { status, text, type: 'text/plain' };
}

/** A problem document with the members that the backend's contract requires. */
export function problem(status: number, code: string): Answer {
  const type = `urn:carthub:problem:${code}`;
  const body = { type, title: code, status, detail: code, code, request_id: 'mock' };
  return { ...json(body, status), type: 'application/problem+json' };
}
