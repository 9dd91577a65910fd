import rateLimit, { type FastifyRateLimitStore, type FastifyRateLimitStoreCtor } from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { TooManyRequests } from '../../warehouse/errors.ts';
import type { AttemptCounts } from '../../warehouse/operational/attempt-counts.ts';
import { callerOfPage } from '../portal/page-api.ts';
import { callerOf } from './authenticate.ts';
import { type Counting, countsOf } from './throttle.ts';

/** What a key, a person or an app may ask of the API in a minute. */
const REQUESTS_PER_MINUTE = 3000;

/**
 * Limits the requests of each caller, after it was authenticated, and says how many are left, and for how many seconds: in `RateLimit` and `RateLimit-Policy` as
 * structured fields (draft-ietf-httpapi-ratelimit-headers-10, RFC 9651), and for older clients in `RateLimit-Limit`, `-Remaining` and `-Reset` (-06). The
 * command line of this machine and the pages have no limit.
 */
export async function limitCallers(app: FastifyInstance, services: Counting): Promise<void> {
  await app.register(rateLimit, {
    store: storeOf(countsOf(services)),
    max: REQUESTS_PER_MINUTE,
    timeWindow: 60_000,
    enableDraftSpec: true,
    keyGenerator: (request) => callerOf(request).appId ?? callerOf(request).id,
    allowList: (request) => callerOfPage() !== undefined || callerOf(request).kind === 'command line',
    errorResponseBuilder: (_request, { max, ttl }) =>
      new TooManyRequests(
        `The limit is ${max} requests a minute; go on in ${Math.ceil(ttl / 1000)} seconds.`,
        Math.ceil(ttl / 1000),
      ),
  });
  app.addHook('onSend', async (_request, reply) => {
    const [left, seconds] = [reply.getHeader('ratelimit-remaining'), reply.getHeader('ratelimit-reset')];
    if (left === undefined) return;
    reply.header('ratelimit-policy', `"caller";q=${REQUESTS_PER_MINUTE};w=60`);
    reply.header('ratelimit', `"caller";r=${left};t=${seconds}`);
  });
}

/** The counts as the plugin asks for them. */
function storeOf(counts: AttemptCounts): FastifyRateLimitStoreCtor {
  return class CallerCounts implements FastifyRateLimitStore {
    incr(id: string, done: Parameters<FastifyRateLimitStore['incr']>[1], windowMs: number): void {
      counts.add(`caller ${id}`, windowMs).then(
        ({ count, endsInMs }) => done(null, { current: count, ttl: endsInMs }),
        (error: Error) => done(error),
      );
    }

    child(): CallerCounts {
      return this;
    }
  };
}
