import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { Unavailable } from '../../warehouse/errors.ts';
import { firstOf, queryOf } from './query.ts';
import { Refused } from './refused.ts';
import { type Source, sourceByKey } from './source.ts';

export interface AdmissionOptions {
  readonly sources: readonly Source[];
  /** How many requests may be under way before further ones are told to come again; it bounds the memory held. */
  readonly maxConcurrentRequests?: number;
}

/** Where an endpoint expects the write key, in the words of its refusal. */
export type KeyPlace = 'header' | 'query params';

/** The name under which an admitted request carries its source. */
export const SOURCE = 'rudderstackSource';

/** Makes the function that finds who sends. It throws the `Refused` of a missing or unknown key, or a disabled source. */
export function sourceFinder(sources: readonly Source[]): (request: FastifyRequest, place: KeyPlace) => Source {
  const find = sourceByKey(sources);
  return (request, place) => {
    const key = place === 'header' ? keyOfHeader(request) : keyOfQuery(request);
    if (!key) throw new Refused(401, `failed to read writekey from ${place}`);
    const source = find(key);
    if (!source) throw new Refused(401, 'invalid write key');
    if (!source.enabled) throw new Refused(404, 'source is disabled');
    return source;
  };
}

/** Makes the hooks that turn a request away before its body is read, for want of room or of a key. */
export function admission(options: AdmissionOptions): (place: KeyPlace) => onRequestAsyncHookHandler {
  const { maxConcurrentRequests = 1000 } = options;
  const sourceOf = sourceFinder(options.sources);
  let underWay = 0;
  return (place) => async (request, reply) => {
    if (underWay >= maxConcurrentRequests) throw new Unavailable(`${underWay} requests are under way already.`);
    underWay += 1;
    reply.raw.once('close', () => {
      underWay -= 1;
    });
    request.setDecorator(SOURCE, sourceOf(request, place));
  };
}

/** Webhook sources do not exist here, so that RudderStack would find no key of one whatever it was given. */
export async function refuseWebhook(request: FastifyRequest): Promise<never> {
  if (!keyOfQuery(request) && !keyOfHeader(request)) {
    throw new Refused(401, 'failed to read writekey from query params');
  }
  throw new Refused(401, 'invalid write key');
}

/** The user name of HTTP basic authentication: the write key, with an empty password. */
function keyOfHeader({ headers }: FastifyRequest): string | undefined {
  const [, encoded = ''] = /^basic (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const [key, password] = Buffer.from(encoded, 'base64').toString().split(':', 2);
  return password === undefined ? undefined : key;
}

function keyOfQuery(request: FastifyRequest): string | undefined {
  return firstOf(queryOf(request), 'writeKey');
}
