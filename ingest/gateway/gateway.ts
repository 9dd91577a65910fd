import type {
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
  onRequestAsyncHookHandler,
} from 'fastify';
import project from '../../package.json' with { type: 'json' };
import { instant } from '../../warehouse/clock.ts';
import { type AdmissionOptions, admission, refuseWebhook, SOURCE, sourceFinder } from './admission.ts';
import { eventsOf, type RequestKind, SINGLE_TYPES } from './batch.ts';
import { unzipped } from './body.ts';
import { PIXEL, pixelEvent } from './pixel.ts';
import { queryOf } from './query.ts';
import { type KeepOptions, keeper, MAX_REQUEST_BYTES } from './receipts.ts';
import { Refused, refusalOf, refuse } from './refused.ts';
import type { Source } from './source.ts';

export interface GatewayOptions extends KeepOptions, AdmissionOptions {}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

interface Endpoint {
  readonly methods: readonly ('GET' | 'POST')[];
  readonly handler: Handler;
  readonly onRequest?: onRequestAsyncHookHandler;
}

/**
 * RudderStack's event gateway over HTTP, as read from rudder-server 1.83.0: `ok` means that every event of the request is
 * durable in the spool, any other answer that none is. Register it without fastify-plugin: its parser, hooks and errors
 * are its own. Paths that are not the gateway's stay with the application; see `pageNotFound`.
 */
export const gateway: FastifyPluginAsync<GatewayOptions> = async (app, options) => {
  // RudderStack looks at the size last. Reading up to twice the bound lets us answer in its order without reading for ever.
  const maxReadBytes = 2 * (options.maxRequestBytes ?? MAX_REQUEST_BYTES);
  const admit = admission(options);
  const take = taker(options, maxReadBytes);
  const pixel = pixelTaker(options);

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxReadBytes }, (_request, body, done) => {
    done(null, body);
  });
  app.setErrorHandler((error, request, reply) => refuse(reply, refusalOf(error, request.log)));
  app.decorateRequest(SOURCE, null);
  app.addHook('onRequest', async (request) => {
    // Ignored as RudderStack ignores it: not even one that cannot be parsed stands in an event's way.
    delete request.headers['content-type'];
  });

  for (const kind of [...SINGLE_TYPES, 'batch', 'import'] as const) {
    serve(app, `/v1/${kind}`, { methods: ['POST'], onRequest: admit('header'), handler: take(kind) });
  }
  serve(app, '/beacon/v1/batch', { methods: ['POST'], onRequest: admit('query params'), handler: take('batch') });
  serve(app, '/pixel/v1/track', { methods: ['GET'], handler: pixel('track') });
  serve(app, '/pixel/v1/page', { methods: ['GET'], handler: pixel('page') });
  serve(app, '/v1/webhook', { methods: ['GET', 'POST'], onRequest: refuseWebhook, handler: refuseWebhook });
  serve(app, '/version', { methods: ['GET'], handler: async () => ({ Version: project.version }) });
  serve(app, '/health', {
    methods: ['GET'],
    handler: async () => {
      const accepting = options.spool.state().failure === null;
      // Always 200: a gateway taken out of service for a full disk would never find out that there is room again.
      return {
        appType: 'GATEWAY',
        server: 'UP',
        db: accepting ? 'UP' : 'DOWN',
        acceptingEvents: accepting ? 'TRUE' : 'FALSE',
      };
    },
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

function taker(options: GatewayOptions, maxReadBytes: number): (kind: RequestKind) => Handler {
  const keep = keeper(options);
  return (kind) => async (request, reply) => {
    const sent = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const body = request.headers['content-encoding'] === 'gzip' ? await unzipped(sent, maxReadBytes) : sent;
    const source = request.getDecorator<Source>(SOURCE);
    await keep({ events: eventsOf(body, kind), source, request_ip: ipOf(request), byte_count: body.length });
    return reply.type('text/plain; charset=utf-8').send('ok');
  };
}

function pixelTaker(options: GatewayOptions): (type: 'track' | 'page') => Handler {
  const keep = keeper(options);
  const sourceOf = sourceFinder(options.sources);
  return (type) => async (request, reply) => {
    try {
      const source = sourceOf(request, 'query params');
      const event = pixelEvent(queryOf(request), type, instant(options.clock.now()));
      await keep({ events: [event], source, request_ip: ipOf(request), byte_count: 0 });
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
