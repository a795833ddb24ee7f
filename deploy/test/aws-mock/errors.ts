import type { ServerResponse } from 'node:http';

/** A refusal with its code, which each protocol writes in its own way. */
export class ApiError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Refusal {
  readonly status: number;
  readonly code: string;
}

/** Services with the Query protocol, whose errors are XML. */
const QUERY = ['cloudformation', 'sts', 'elasticloadbalancing', 'rds'];
const REST = ['eks', 's3', 'route53'];

/**
 * Codes and statuses differ: EC2 API reference, "Error codes" (UnauthorizedOperation, RequestLimitExceeded); each Query
 * API's "Common Errors" (AccessDenied, Throttling; Kotaimen/awscfncli#3); JSON APIs' "Common Errors"
 * (AccessDeniedException, ThrottlingException).
 */
function refusalOf(kind: 'denied' | 'throttled', service: string): Refusal {
  const isDenied = kind === 'denied';
  if (service === 'ec2')
    return isDenied
      ? { status: 403, code: 'UnauthorizedOperation' }
      : { status: 503, code: 'RequestLimitExceeded' };
  if (QUERY.includes(service))
    return isDenied ? { status: 403, code: 'AccessDenied' } : { status: 400, code: 'Throttling' };
  const code = isDenied ? 'AccessDeniedException' : 'ThrottlingException';
  return { status: isDenied && REST.includes(service) ? 403 : 400, code };
}

export function errorXml(code: string, message: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
}

export function sendJsonError(response: ServerResponse, status: number, error: ApiError): void {
  const { code, message } = error;
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-errortype': code,
  });
  response.end(JSON.stringify({ __type: code, message }));
}

/** Answers an injected failure as the service does. */
export function refuse(
  response: ServerResponse,
  kind: 'denied' | 'throttled',
  { service, action }: { readonly service: string; readonly action: string },
): void {
  const { status, code } = refusalOf(kind, service);
  const message =
    kind === 'denied' ? `not authorized to perform ${service}:${action}` : 'Rate exceeded';
  if (service !== 'ec2' && !QUERY.includes(service)) {
    sendJsonError(response, status, new ApiError(code, message));
    return;
  }
  const body =
    service === 'ec2'
      ? `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors></Response>`
      : errorXml(code, message);
  response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
}
