/**
 * What localstripe (1.15, github.com/adrienverge/localstripe, localstripe/resources.py and server.py) does otherwise
 * than docs.stripe.com/api, made up for on the way to it:
 *
 * - It ignores Idempotency-Key, so a repeated request makes a second object. The first answer is kept here.
 * - PaymentIntents with `automatic_payment_methods` are refused ("Unexpected"). It is left out.
 * - A confirmation with `payment_method` is 500, "Not implemented". The PaymentIntent is updated before.
 * - A cancellation with `cancellation_reason` is refused. It is left out.
 * - 400 for a PaymentIntent in another state has no `code`. It is added.
 *
 * Not made up for, so these are tried on our own double only: ConfirmationTokens, search, refunds beyond the charge
 * (it makes them), the status `processing` of cards, declines by issuer code, webhooks of `requires_action`,
 * `amount_capturable_updated` and `canceled`, and `pm_card_…` of means that need authentication.
 */
export function localstripeFetch(): typeof fetch {
  const kept = new Map<string, { status: number; text: string }>();
  return async (input, init = {}) => {
    const headers = new Headers(init.headers);
    const key = headers.get('idempotency-key');
    const known = key === null ? undefined : kept.get(key);
    if (known) {
      return new Response(known.text, {
        status: known.status,
        headers: { 'idempotent-replayed': 'true' },
      });
    }
    const url = String(input);
    const body = await adapted(url, String(init.body ?? ''), headers);
    // Of the body before.
    headers.delete('content-length');
    const isPost = init.method === 'POST';
    const response = await fetch(url, { ...init, headers, ...(isPost ? { body } : {}) });
    const answer = { status: response.status, text: withCode(url, await response.text()) };
    if (key !== null) kept.set(key, answer);
    return new Response(answer.text, { status: answer.status });
  };
}

async function adapted(url: string, text: string, headers: Headers): Promise<string> {
  const form = new URLSearchParams(text);
  for (const name of [...form.keys()]) {
    if (/^(automatic_payment_methods|cancellation_reason)/.test(name)) form.delete(name);
  }
  const means = form.get('payment_method');
  if (!url.endsWith('/confirm') || means === null) return form.toString();
  form.delete('payment_method');
  const own = { authorization: headers.get('authorization') ?? '' };
  await fetch(url.replace(/\/confirm$/, ''), {
    method: 'POST',
    headers: { ...own, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ payment_method: means }),
  });
  return form.toString();
}

function withCode(url: string, text: string): string {
  const answer = JSON.parse(text);
  const isOtherState = answer.error?.message === 'Bad request' && /\/(cancel|capture)$/.test(url);
  if (isOtherState) answer.error.code = 'payment_intent_unexpected_state';
  return JSON.stringify(answer);
}
