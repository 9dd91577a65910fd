import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Clock } from '../../../warehouse/clock.ts';
import { messageOf } from '../../../warehouse/errors.ts';
import { derivedId } from '../../../warehouse/ids.ts';
import { listenLocally } from '../loopback.ts';
import type { Fault, FaultScript } from './faults.ts';
import { decodeForm, type Form } from './form.ts';
import { type Answer, errorAnswer, Idempotency } from './idempotency.ts';
import { invalid, RATE_LIMITED, Refusal, SERVER_ERROR } from './refusal.ts';
import { findRoute } from './routes.ts';
import type { Store } from './store.ts';

export interface ServerOptions {
  readonly clock: Clock;
  readonly apiKey: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly faults: FaultScript;
}

interface Request {
  readonly incoming: IncomingMessage;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly key: string | undefined;
  readonly requestId: string;
  readonly fault: Fault | undefined;
}

/** Serves a store on 127.0.0.1. `stop` rejects with the first internal error. */
export async function serve(store: Store, options: ServerOptions): Promise<{ url: string; stop(): Promise<void> }> {
  const idempotency = new Idempotency(store, options.clock);
  const failures: unknown[] = [];
  let ordinal = 0;

  const server = createServer(async (incoming, response) => {
    ordinal += 1;
    try {
      const request = await receive(incoming, ordinal, options);
      if (request.fault === 'drop_before') response.destroy();
      else deliver(request, response, await answer(request, { store, idempotency, ...options }));
    } catch (thrown) {
      // A client that disconnects in the middle of its request is not an error.
      if (!incoming.complete) return void response.destroy();
      failures.push(thrown);
      response.writeHead(500).end(JSON.stringify({ error: { ...SERVER_ERROR, message: messageOf(thrown) } }));
    }
  });
  // Idle connections stay open: connections break only where a script decides it, never by the wall clock.
  server.keepAliveTimeout = 0;
  const { url, stop } = await listenLocally(server, options.port);
  return {
    url,
    async stop() {
      await stop();
      if (failures.length > 0) throw failures[0];
    },
  };
}

async function receive(incoming: IncomingMessage, ordinal: number, { clock, faults }: ServerOptions): Promise<Request> {
  const [path = '', query = ''] = (incoming.url ?? '').split('?', 2);
  const method = incoming.method ?? '';
  const header = incoming.headers['idempotency-key'];
  const key = typeof header === 'string' ? header : undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return {
    incoming,
    path,
    query,
    body: Buffer.concat(chunks).toString('utf8'),
    key,
    requestId: derivedId('req', String(clock.now()), String(ordinal)),
    fault: faults({ method, path, query: decodeURIComponent(query), key, ordinal }),
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
    return { status: 200, body: JSON.stringify(route.read({ store, clock, id, form: decodeForm(request.query) })) };
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

function bodyForm({ incoming, body, query }: Request): Form {
  if (query !== '') throw invalid('The local Stripe accepts the parameters of a POST only in its body.');
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
