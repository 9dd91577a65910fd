import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../../../warehouse/errors.ts';
import { derivedId } from '../../../warehouse/ids.ts';
import { type LocalServer, type LocalServerParts, type ReceivedRequest, startLocalServer } from '../loopback.ts';
import type { World } from './acts/act.ts';
import type { Fault, FaultScript } from './faults.ts';
import { decodeForm, type Form } from './form.ts';
import { type Answer, errorAnswer, Idempotency } from './idempotency.ts';
import { RateLimit } from './rate-limit.ts';
import { DEPENDENCY_FAILED, invalid, RATE_LIMITED, Refusal, SERVER_ERROR } from './refusal.ts';
import { assertAccount, findRoute, type Route } from './routes.ts';

export interface ServerOptions extends Pick<LocalServerParts, 'port'> {
  readonly apiKey: string;
  readonly faults: FaultScript;
  /** Default: no limit. */
  readonly requestsPerSecondPerOperation?: number | undefined;
}

interface Request extends Pick<ReceivedRequest, 'incoming' | 'path' | 'search'> {
  readonly body: string;
  readonly key: string | undefined;
  readonly requestId: string;
  readonly fault: Fault | undefined;
}

/** Serves a world on 127.0.0.1, and closes its store at the end. */
export async function serve(world: World, options: ServerOptions): Promise<LocalServer> {
  const { store } = world;
  const idempotency = new Idempotency(store, world.options.clock);
  const limit = new RateLimit(options.requestsPerSecondPerOperation ?? Number.POSITIVE_INFINITY);
  return startLocalServer({
    port: options.port,
    async answer(received, response) {
      const request = requestOf(received, world, options);
      if (request.fault === 'drop_before') response.destroy();
      else deliver(request, response, await answer(request, { world, idempotency, limit, ...options }));
    },
    answerFailure(thrown, response) {
      response.writeHead(500).end(JSON.stringify({ error: { ...SERVER_ERROR, message: messageOf(thrown) } }));
    },
    close: async () => store.close(),
  });
}

function requestOf(received: ReceivedRequest, { options: { clock } }: World, { faults }: ServerOptions): Request {
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
  readonly world: World;
  readonly idempotency: Idempotency;
  readonly limit: RateLimit;
  readonly apiKey: string;
}

/** Handles a request: API key, rate limit, route, then for a write the idempotency layer. */
async function answer(request: Request, { world, idempotency, limit, apiKey }: Behind): Promise<Answer> {
  const { fault, path } = request;
  try {
    authorize(request.incoming, apiKey);
    const planned = plannedRefusal(fault);
    if (planned !== undefined) return planned;
    if (typeof fault === 'object' && 'meanwhile' in fault) fault.meanwhile();
    const { route, id } = findRoute(request.incoming.method ?? '', path);
    if (!limit.allows(`${route.method} ${route.path}`, world.options.clock.now()))
      return errorAnswer(429, RATE_LIMITED);
    const account = accountOf(request.incoming, route, world);
    if (route.method === 'POST') {
      const form = bodyForm(request);
      const prepare = () => route.prepare({ world, id, form, account });
      return await idempotency.answer({ ...request, endpoint: path, form, prepare });
    }
    if (typeof fault === 'object' && 'hold' in fault) await fault.hold;
    if (fault === 'error_committed' || fault === 'error_uncommitted') throw new Refusal(500, SERVER_ERROR);
    return { status: 200, body: JSON.stringify(route.read({ world, id, account, form: decodeForm(request.search) })) };
  } catch (thrown) {
    if (thrown instanceof Refusal) return errorAnswer(thrown.status, thrown.error);
    throw thrown;
  }
}

/** The refusal of a fault that executes and saves nothing. */
function plannedRefusal(fault: Fault | undefined): Answer | undefined {
  if (fault === 'rate_limit') return errorAnswer(429, RATE_LIMITED);
  if (fault === 'dependency_failed') return errorAnswer(424, DEPENDENCY_FAILED);
  if (typeof fault !== 'object') return undefined;
  if ('retryAfter_s' in fault) {
    return { ...errorAnswer(429, RATE_LIMITED), headers: { 'retry-after': String(fault.retryAfter_s) } };
  }
  return 'forbidden' in fault
    ? errorAnswer(403, { type: 'invalid_request_error', message: fault.forbidden })
    : undefined;
}

function authorize(incoming: IncomingMessage, apiKey: string): void {
  const given = /^Bearer (.+)$/.exec(incoming.headers.authorization ?? '')?.[1];
  if (given === apiKey) return;
  const message = given === undefined ? 'You did not provide an API key.' : 'Invalid API Key provided.';
  throw new Refusal(401, { type: 'invalid_request_error', message });
}

/** The connected account in whose name a request is made; empty without one. */
function accountOf(incoming: IncomingMessage, route: Route, world: World): string {
  const account = incoming.headers['stripe-account'];
  if (typeof account !== 'string') return '';
  if (!route.isConnected) {
    throw invalid(`The local Stripe does not support the header Stripe-Account for ${route.path}.`);
  }
  assertAccount(world, account);
  return account;
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
  } else if (fault === 'hang_after_commit') response.writeProcessing();
  else response.writeHead(status, head).end(bytes);
}
