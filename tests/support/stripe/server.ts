import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../warehouse/clock.ts';
import { messageOf } from '../../../warehouse/errors.ts';
import { derivedId } from '../../../warehouse/ids.ts';
import { type LocalServer, type LocalServerParts, type ReceivedRequest, startLocalServer } from '../loopback.ts';
import type { Fault, FaultScript } from './faults.ts';
import { decodeForm, type Form } from './form.ts';
import { type Answer, errorAnswer, Idempotency } from './idempotency.ts';
import { invalid, RATE_LIMITED, Refusal, SERVER_ERROR } from './refusal.ts';
import { findRoute } from './routes.ts';
import type { Store } from './store.ts';

export interface ServerOptions extends Pick<LocalServerParts, 'port'> {
  readonly clock: Clock;
  readonly apiKey: string;
  readonly faults: FaultScript;
}

interface Request extends Pick<ReceivedRequest, 'incoming' | 'path' | 'search'> {
  readonly body: string;
  readonly key: string | undefined;
  readonly requestId: string;
  readonly fault: Fault | undefined;
}

/** Serves a store on 127.0.0.1, and closes it at the end. */
export async function serve(store: Store, options: ServerOptions): Promise<LocalServer> {
  const idempotency = new Idempotency(store, options.clock);
  return startLocalServer({
    port: options.port,
    async answer(received, response) {
      const request = requestOf(received, options);
      if (request.fault === 'drop_before') response.destroy();
      else deliver(request, response, await answer(request, { store, idempotency, ...options }));
    },
    answerFailure(thrown, response) {
      response.writeHead(500).end(JSON.stringify({ error: { ...SERVER_ERROR, message: messageOf(thrown) } }));
    },
    close: async () => store.close(),
  });
}

function requestOf(received: ReceivedRequest, { clock, faults }: ServerOptions): Request {
  const { incoming, method, path, search, body, ordinal } = received;
  const header = incoming.headers['idempotency-key'];
  const key = typeof header === 'string' ? header : undefined;
  return {
    incoming,
    path,
    search,
    body: body.toString('utf8'),
    key,
    requestId: derivedId('req', String(clock.now()), String(ordinal)),
    fault: faults({ method, path, query: decodeURIComponent(search), key, ordinal }),
  };
}

interface Behind {
  readonly store: Store;
  readonly idempotency: Idempotency;
  readonly clock: Clock;
  readonly apiKey: string;
}

/** Handles a request: API key, rate limit, route, then for a write the idempotency layer. */
async function answer(request: Request, { store, idempotency, clock, apiKey }: Behind): Promise<Answer> {
  const { fault, path } = request;
  try {
    authorize(request.incoming, apiKey);
    if (fault === 'rate_limit') return errorAnswer(429, RATE_LIMITED);
    if (typeof fault === 'object' && 'retryAfter_s' in fault) {
      return { ...errorAnswer(429, RATE_LIMITED), headers: { 'retry-after': String(fault.retryAfter_s) } };
    }
    if (typeof fault === 'object' && 'forbidden' in fault) {
      throw new Refusal(403, { type: 'invalid_request_error', message: fault.forbidden });
    }
    if (typeof fault === 'object' && 'meanwhile' in fault) fault.meanwhile();
    const { route, id } = findRoute(request.incoming.method ?? '', path);
    if (route.method === 'POST') {
      const form = bodyForm(request);
      const prepare = () => route.prepare({ store, clock, id, form });
      return await idempotency.answer({ ...request, endpoint: path, form, prepare });
    }
    if (typeof fault === 'object' && 'hold' in fault) await fault.hold;
    if (fault === 'error_committed' || fault === 'error_uncommitted') throw new Refusal(500, SERVER_ERROR);
    return { status: 200, body: JSON.stringify(route.read({ store, clock, id, form: decodeForm(request.search) })) };
  } catch (thrown) {
    if (thrown instanceof Refusal) return errorAnswer(thrown.status, thrown.error);
    throw thrown;
  }
}

function authorize(incoming: IncomingMessage, apiKey: string): void {
  const given = /^Bearer (.+)$/.exec(incoming.headers.authorization ?? '')?.[1];
  if (given !== apiKey) {
    const message = given === undefined ? 'You did not provide an API key.' : 'Invalid API Key provided.';
    throw new Refusal(401, { type: 'invalid_request_error', message });
  }
  if (incoming.headers['stripe-account'] !== undefined) {
    throw invalid(
      "The local Stripe has only the platform's own account; it does not support the header Stripe-Account.",
    );
  }
}

function bodyForm({ incoming, body, search }: Request): Form {
  if (search !== '') throw invalid('The local Stripe takes the parameters of a POST from its body alone.');
  const type = incoming.headers['content-type'] ?? '';
  if (body !== '' && !type.startsWith('application/x-www-form-urlencoded')) {
    throw invalid(
      `Invalid request (check that your POST content type is application/x-www-form-urlencoded), not ${type}.`,
    );
  }
  return decodeForm(body);
}

/** Sends a response, unless its fault loses it. */
function deliver(request: Request, response: ServerResponse, { status, body, headers }: Answer): void {
  const { fault, key, requestId } = request;
  const version = request.incoming.headers['stripe-version'];
  const bytes = Buffer.from(body);
  const head = {
    'content-type': 'application/json',
    'content-length': bytes.length,
    'request-id': requestId,
    ...(key === undefined ? {} : { 'idempotency-key': key }),
    ...(version === undefined ? {} : { 'stripe-version': version }),
    ...headers,
  };
  if (fault === 'drop_after_commit') response.destroy();
  else if (fault === 'truncate_after_commit') {
    response.writeHead(status, head).write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
  } else if (fault !== 'hang_after_commit') response.writeHead(status, head).end(bytes);
}
