import type {
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
  onRequestAsyncHookHandler,
} from 'fastify';
import project from '../../package.json' with { type: 'json' };
import { type Clock, instant } from '../../warehouse/clock.ts';
import { type Arrived, type KeepOptions, keeper, MAX_REQUEST_BYTES } from './accept-events.ts';
import { AUTH_SCHEMES, admission, RESERVATION, SOURCE, sourceFinder } from './admission.ts';
import { eventsOf, type RequestKind, SINGLE_TYPES } from './batch.ts';
import { bodyReader } from './body.ts';
import { type MemoryBudgetOptions, memoryBudget, type Reservation } from './memory-budget.ts';
import { PIXEL, pixelEvent } from './pixel.ts';
import { queryOf } from './query.ts';
import { onceASecond, type Probe, spoolProbe } from './readiness.ts';
import { Refused, refusalOf, refuse } from './refusals.ts';
import type { Source } from './source.ts';

export interface GatewayOptions extends KeepOptions, MemoryBudgetOptions {
  readonly sources: readonly Source[];
  /** Of the database that the server needs besides the spool; its answer is a whole sentence. */
  readonly databaseProbe?: Probe;
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

interface Endpoint {
  readonly methods: readonly ('GET' | 'POST')[];
  readonly handler: Handler;
  readonly onRequest?: onRequestAsyncHookHandler;
}

/**
 * RudderStack's event gateway over HTTP, as read from rudder-server 1.83.0: `ok` means that every event of the request is
 * durable in the spool, any other answer that none is. Register it without fastify-plugin: its parser, hooks and errors
 * are its own. Paths that are not the gateway's reservation with the application; see `pageNotFound`.
 */
export const gateway: FastifyPluginAsync<GatewayOptions> = async (app, options) => {
  // RudderStack looks at the size last. Reading up to twice the bound lets us answer in its order without reading for ever.
  const maxReadBytes = 2 * (options.maxRequestBytes ?? MAX_REQUEST_BYTES);
  const parts = {
    enter: memoryBudget(options),
    sourceOf: sourceFinder(options.sources),
    keep: keeper(options),
    maxReadBytes,
  };
  const admit = admission(parts);
  const take = taker(parts);
  const pixel = pixelTaker(parts, options.clock);

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxReadBytes }, (_request, body, done) => {
    done(null, body);
  });
  app.setErrorHandler((error, request, reply) => refuse(reply, refusalOf(error, request.log)));
  app.decorateRequest(SOURCE, null);
  app.decorateRequest(RESERVATION, null);
  app.addHook('onRequest', async (request) => {
    // Ignored as RudderStack ignores it: not even one that cannot be parsed stands in an event's way.
    delete request.headers['content-type'];
  });
  // Every way out leads through here, also that of a request whose client has gone; not before its work has ended.
  app.addHook('onSend', (request, _reply, _payload, done) => {
    request.getDecorator<Reservation | null>(RESERVATION)?.release();
    done();
  });

  for (const kind of [...SINGLE_TYPES, 'batch', 'import'] as const) {
    serve(app, `/v1/${kind}`, { methods: ['POST'], onRequest: admit(AUTH_SCHEMES.sdk), handler: take(kind) });
  }
  serve(app, '/beacon/v1/batch', { methods: ['POST'], onRequest: admit(AUTH_SCHEMES.browser), handler: take('batch') });
  serve(app, '/pixel/v1/track', { methods: ['GET'], handler: pixel('track') });
  serve(app, '/pixel/v1/page', { methods: ['GET'], handler: pixel('page') });
  serve(app, '/v1/webhook', {
    methods: ['GET', 'POST'],
    onRequest: admit(AUTH_SCHEMES.webhook),
    handler: take('bare event'),
  });
  serve(app, '/version', { methods: ['GET'], handler: async () => ({ Version: project.version }) });
  serveProbes(app, options);
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

/** Liveness at /health, in RudderStack's form, and readiness at /ready. */
function serveProbes(app: FastifyInstance, options: GatewayOptions): void {
  const { spool, clock, databaseProbe = async () => null } = options;
  const spoolObstacle = spoolProbe(options);
  const databaseObstacle = onceASecond(databaseProbe, clock);
  serve(app, '/health', {
    methods: ['GET'],
    handler: async () => {
      const accepting = spool.state().failure === null;
      const isUp = accepting && (await databaseObstacle()) === null;
      // Always 200, as RudderStack answers: a restart mends no disk and no database.
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
      if (obstacle !== null) throw new Refused(503, `The spool cannot take events now: ${obstacle}.`);
      const reason = await databaseObstacle();
      if (reason !== null) throw new Refused(503, reason);
      return reply.type('text/plain; charset=utf-8').send('ready');
    },
  });
}

/** RudderStack's answer for a path it does not have: the not-found handler of an application that is only a gateway. */
export async function pageNotFound(_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  return refuse(reply, new Refused(404, '404 page not found'));
}

/** Any method that an endpoint does not have is turned away before a key is asked for. */
function serve(app: FastifyInstance, url: string, { methods, handler, onRequest }: Endpoint): void {
  app.route({ url, method: [...methods], exposeHeadRoute: false, handler, ...(onRequest ? { onRequest } : {}) });
  const turnAway: Handler = async (_request, reply) => reply.code(405).header('allow', methods.join(', ')).send();
  const others = app.supportedMethods.filter((method) => !methods.some((known) => known === method));
  app.route({ url, method: others, onRequest: turnAway, handler: turnAway });
}

interface Parts {
  readonly enter: () => Reservation;
  readonly sourceOf: ReturnType<typeof sourceFinder>;
  readonly keep: (arrived: Arrived) => Promise<void>;
  readonly maxReadBytes: number;
}

function taker({ keep, maxReadBytes }: Parts): (kind: RequestKind) => Handler {
  const read = bodyReader(maxReadBytes);
  return (kind) => async (request, reply) => {
    const reservation = request.getDecorator<Reservation>(RESERVATION);
    const source = request.getDecorator<Source>(SOURCE);
    const forwarded = kind === 'bare event';
    const request_ip = ipOf(request);
    // In a function of its own, so that neither body nor events are held while the disk works.
    const keepAll = (body: Buffer): Promise<void> =>
      keep({ events: eventsOf(body, kind), source, request_ip, byte_count: body.length, reservation, forwarded });
    await read(request, reservation).then(keepAll);
    return reply.type('text/plain; charset=utf-8').send('ok');
  };
}

function pixelTaker({ enter, sourceOf, keep }: Parts, clock: Clock): (type: 'track' | 'page') => Handler {
  return (type) => async (request, reply) => {
    try {
      const reservation = enter();
      request.setDecorator(RESERVATION, reservation);
      const source = sourceOf(request, AUTH_SCHEMES.browser);
      const event = pixelEvent(queryOf(request), type, instant(clock.now()));
      await keep({ events: [event], source, request_ip: ipOf(request), byte_count: 0, reservation });
    } catch (error) {
      // An image tag has no use for a reason, only for an image.
      request.log.info(`A pixel was not kept: ${refusalOf(error, request.log).message}`);
    }
    return reply.type('image/gif').send(PIXEL);
  };
}

/** An IPv4 address on a socket that speaks both is written as IPv4, as Go writes it. */
function ipOf({ ip }: FastifyRequest): string {
  return ip.replace(/^::ffff:/, '');
}
