import type {
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
  onRequestAsyncHookHandler,
} from 'fastify';
import project from '../../package.json' with { type: 'json' };
import { type Clock, instant } from '../../warehouse/clock.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { recentEvents } from '../load/recent-outcomes.ts';
import { metricsOf } from '../metrics.ts';
import { type AcceptOptions, eventAcceptor, MAX_REQUEST_BYTES, type ReceivedEvents } from './accept-events.ts';
import { AUTH_SCHEMES, admission, RESERVATION, SOURCE, sourceFinder } from './admission.ts';
import { parseEvents, type RequestKind, SINGLE_TYPES } from './batch.ts';
import { bodyReader } from './body.ts';
import { type MemoryBudgetOptions, memoryBudget, type Reservation } from './memory-budget.ts';
import { PIXEL, pixelEvent } from './pixel.ts';
import { firstOf, queryOf } from './query.ts';
import { backlogOf, oncePerSecond, type Probe, spoolProbe } from './readiness.ts';
import { RecentEvents } from './recent-events.ts';
import { Refused, refusalOf, refuse } from './refusals.ts';
import type { Source } from './source.ts';

export interface GatewayOptions extends AcceptOptions, MemoryBudgetOptions {
  readonly sources: readonly Source[];
  /** The probe of the database that the server needs besides the spool; its result is a complete sentence. */
  readonly databaseProbe?: Probe;
  /** Where the loader records what became of events; without it, `/v1/events/recent` is refused. */
  readonly warehouse?: Warehouse;
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

interface Endpoint {
  readonly methods: readonly ('GET' | 'POST')[];
  readonly handler: Handler;
  readonly onRequest?: onRequestAsyncHookHandler;
}

/**
 * RudderStack's event gateway over HTTP, according to the source of rudder-server 1.83.0: `ok` means that every event of the
 * request is durable in the spool, any other response that none is. Register it without fastify-plugin, so that its parser,
 * hooks and error handler stay encapsulated. Other paths are left to the application; see `pageNotFound`.
 */
export const gateway: FastifyPluginAsync<GatewayOptions> = async (app, options) => {
  // RudderStack checks the size last. Reading up to twice the limit lets us check in the same order without unbounded reads.
  const maxReadBytes = 2 * (options.maxRequestBytes ?? MAX_REQUEST_BYTES);
  // Without a warehouse it is unknown what became of them.
  const recent = options.warehouse && new RecentEvents();
  const parts = {
    openReservation: memoryBudget(options),
    sourceOf: sourceFinder(options.sources),
    accept: eventAcceptor({ ...options, recent }),
    maxReadBytes,
  };
  const admit = admission(parts);
  const events = eventHandler(parts);
  const pixel = pixelHandler(parts, options.clock);

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxReadBytes }, (_request, body, done) => {
    done(null, body);
  });
  app.setErrorHandler((error, request, reply) => refuse(reply, refusalOf(error, request.log)));
  app.decorateRequest(SOURCE, null);
  app.decorateRequest(RESERVATION, null);
  app.addHook('onRequest', async (request) => {
    // Ignored, as by RudderStack: even an invalid content type is no reason to refuse events.
    delete request.headers['content-type'];
  });
  // Runs for every response, even if the client has disconnected, and only after the work of the request has ended.
  app.addHook('onSend', (request, _reply, _payload, done) => {
    request.getDecorator<Reservation | null>(RESERVATION)?.release();
    done();
  });

  for (const kind of [...SINGLE_TYPES, 'batch', 'import'] as const) {
    serve(app, `/v1/${kind}`, { methods: ['POST'], onRequest: admit(AUTH_SCHEMES.sdk), handler: events(kind) });
  }
  serve(app, '/beacon/v1/batch', {
    methods: ['POST'],
    onRequest: admit(AUTH_SCHEMES.browser),
    handler: events('batch', { fromBrowser: true }),
  });
  serve(app, '/pixel/v1/track', { methods: ['GET'], handler: pixel('track') });
  serve(app, '/pixel/v1/page', { methods: ['GET'], handler: pixel('page') });
  serve(app, '/v1/webhook', {
    methods: ['GET', 'POST'],
    onRequest: admit(AUTH_SCHEMES.webhook),
    handler: events('bare event'),
  });
  serve(app, '/v1/events/recent', {
    methods: ['GET'],
    onRequest: admit(AUTH_SCHEMES.sdk),
    handler: recentHandler({ recent, warehouse: options.warehouse, clock: options.clock }),
  });
  serve(app, '/version', { methods: ['GET'], handler: async () => ({ Version: project.version }) });
  serveProbes(app, options);
  const metrics = metricsOf(options);
  serve(app, '/metrics', {
    methods: ['GET'],
    handler: async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  });
  for (const url of ['/beacon/*', '/pixel/*']) {
    app.route({
      url,
      method: app.supportedMethods,
      exposeHeadRoute: false,
      onRequest: pageNotFound,
      handler: pageNotFound,
    });
  }
};

/** The liveness probe /health, in RudderStack's form, and the readiness probe /ready. */
function serveProbes(app: FastifyInstance, options: GatewayOptions): void {
  const { spool, clock, databaseProbe = async () => null } = options;
  const spoolObstacle = spoolProbe(options);
  const databaseObstacle = oncePerSecond(databaseProbe, clock);
  serve(app, '/health', {
    methods: ['GET'],
    handler: async () => {
      const accepting = spool.state().failure === null;
      const isUp = accepting && (await databaseObstacle()) === null;
      // Always 200, as in RudderStack: a restart would repair neither a disk nor a database.
      return {
        appType: 'GATEWAY',
        server: 'UP',
        db: isUp ? 'UP' : 'DOWN',
        acceptingEvents: accepting ? 'TRUE' : 'FALSE',
      };
    },
  });
  serve(app, '/ready', {
    methods: ['GET'],
    handler: async (_request, reply) => {
      const obstacle = await spoolObstacle();
      const reason = obstacle === null ? await databaseObstacle() : `Events cannot be accepted now: ${obstacle}.`;
      reply.code(reason === null ? 200 : 503);
      return { ready: reason === null, reason, backlog: backlogOf(spool.state(), clock) };
    },
  });
}

/** RudderStack's response for an unknown path: the not-found handler of an application that is only a gateway. */
export async function pageNotFound(_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  return refuse(reply, new Refused(404, '404 page not found'));
}

/** Serves an endpoint; other methods are refused before authentication. */
function serve(app: FastifyInstance, url: string, { methods, handler, onRequest }: Endpoint): void {
  app.route({ url, method: [...methods], exposeHeadRoute: false, handler, ...(onRequest ? { onRequest } : {}) });
  const refuseMethod: Handler = async (_request, reply) => reply.code(405).header('allow', methods.join(', ')).send();
  const others = app.supportedMethods.filter((method) => !methods.some((known) => known === method));
  app.route({ url, method: others, onRequest: refuseMethod, handler: refuseMethod });
}

interface Parts {
  readonly openReservation: () => Reservation;
  readonly sourceOf: ReturnType<typeof sourceFinder>;
  readonly accept: (received: ReceivedEvents) => Promise<void>;
  readonly maxReadBytes: number;
}

function eventHandler({
  accept,
  maxReadBytes,
}: Parts): (kind: RequestKind, origin?: Pick<ReceivedEvents, 'fromBrowser'>) => Handler {
  const read = bodyReader(maxReadBytes);
  return (kind, origin) => async (request, reply) => {
    const reservation = request.getDecorator<Reservation>(RESERVATION);
    const source = request.getDecorator<Source>(SOURCE);
    const forwarded = kind === 'bare event';
    const request_ip = ipOf(request);
    // A separate function, so that neither body nor events are held in memory during the write.
    const acceptAll = (body: Buffer): Promise<void> =>
      accept({
        events: parseEvents(body, kind),
        source,
        request_ip,
        byte_count: body.length,
        reservation,
        forwarded,
        ...origin,
      });
    await read(request, reservation).then(acceptAll);
    return reply.type('text/plain; charset=utf-8').send('ok');
  };
}

function pixelHandler({ openReservation, sourceOf, accept }: Parts, clock: Clock): (type: 'track' | 'page') => Handler {
  return (type) => async (request, reply) => {
    try {
      const reservation = openReservation();
      request.setDecorator(RESERVATION, reservation);
      const source = sourceOf(request, AUTH_SCHEMES.browser);
      const event = pixelEvent(queryOf(request), type, instant(clock.now()));
      await accept({
        events: [event],
        source,
        request_ip: ipOf(request),
        byte_count: 0,
        reservation,
        fromBrowser: true,
      });
    } catch (error) {
      // An image tag can only use an image, not a reason.
      request.log.info(`The event of a pixel was not stored: ${refusalOf(error, request.log).message}`);
    }
    return reply.type('image/gif').send(PIXEL);
  };
}

const LIMIT = /^([1-9]\d{0,2}|1000)$/;

/** What became of the last events of the source whose key is sent. */
function recentHandler({
  recent,
  warehouse,
  clock,
}: {
  recent: RecentEvents | undefined;
  warehouse: Warehouse | undefined;
  clock: Clock;
}): Handler {
  return async (request) => {
    const { source_id, kind } = request.getDecorator<Source>(SOURCE);
    // Anybody can read such a key, and must not see what others sent with it.
    if (kind === 'browser') throw new Refused(403, 'the key of a browser cannot read events; use the key of a server');
    if (!recent || !warehouse) throw new Refused(404, 'this gateway runs alone; ask the server that loads its events');
    const limit = firstOf(queryOf(request), 'limit') ?? '100';
    if (!LIMIT.test(limit)) throw new Refused(400, 'limit must be a whole number from 1 to 1000');
    const accepted = recent.of(source_id);
    return { data: await recentEvents(warehouse, { source_id, accepted, clock, limit: Number(limit) }) };
  };
}

/** An IPv4 address on a dual-stack socket is written as IPv4, as in Go. */
function ipOf({ ip }: FastifyRequest): string {
  return ip.replace(/^::ffff:/, '');
}
