import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { Reservation } from './memory-budget.ts';
import { firstOf, queryOf } from './query.ts';
import { Refused } from './refusals.ts';
import { type Source, sourceByKey } from './source.ts';

/** Where the endpoints of one kind find the write key, and how a refusal names that place. */
interface AuthScheme {
  readonly place: 'header' | 'query params';
  keyOf(request: FastifyRequest): string | undefined;
  readonly onlyKind?: Source['kind'];
}

export const AUTH_SCHEMES = {
  sdk: { place: 'header', keyOf: keyOfHeader },
  browser: { place: 'query params', keyOf: keyOfQuery },
  webhook: {
    place: 'query params',
    keyOf: (request) => keyOfQuery(request) || keyOfHeader(request),
    onlyKind: 'webhook',
  },
} as const satisfies Record<string, AuthScheme>;

/** Under these names an admitted request carries its source and what it holds of the room. */
export const SOURCE = 'rudderstackSource';
export const RESERVATION = 'rudderstackReservation';

/** Makes the function that finds who sends. It throws the `Refused` of a missing or unknown key, or a disabled source. */
export function sourceFinder(sources: readonly Source[]): (request: FastifyRequest, scheme: AuthScheme) => Source {
  const find = sourceByKey(sources);
  return (request, { place, keyOf, onlyKind }) => {
    const key = keyOf(request);
    if (!key) throw new Refused(401, `failed to read writekey from ${place}`);
    const source = find(key);
    if (!source || (onlyKind && source.kind !== onlyKind)) throw new Refused(401, 'invalid write key');
    if (!source.enabled) throw new Refused(404, 'source is disabled');
    return source;
  };
}

export interface AdmissionOptions {
  readonly enter: () => Reservation;
  readonly sourceOf: (request: FastifyRequest, scheme: AuthScheme) => Source;
  readonly maxReadBytes: number;
}

/**
 * Makes the hooks that turn a request away before its body is read, for want of room or of a key. Whoever has no key cannot
 * hold bytes, whatever it announces.
 */
export function admission({
  enter,
  sourceOf,
  maxReadBytes,
}: AdmissionOptions): (scheme: AuthScheme) => onRequestAsyncHookHandler {
  return (scheme) => async (request) => {
    const reservation = enter();
    request.setDecorator(RESERVATION, reservation);
    request.setDecorator(SOURCE, sourceOf(request, scheme));
    reservation.reserve(announcedBytes(request, maxReadBytes));
  };
}

/** How much of a body there is to read: all that we ever would where its length is not told. */
function announcedBytes({ headers }: FastifyRequest, maxReadBytes: number): number {
  if (headers['transfer-encoding'] !== undefined) return maxReadBytes;
  return Math.min(Number(headers['content-length'] ?? 0), maxReadBytes);
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
