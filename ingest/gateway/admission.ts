import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { Reservation } from './memory-budget.ts';
import { firstOf, queryOf } from './query.ts';
import { Refused } from './refusals.ts';
import { type Source, sourceByKey } from './source.ts';

/** Where the endpoints of one kind find the write key, and the name of that place in a refusal. */
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

/** The request decorators for the source and the reservation of memory. */
export const SOURCE = 'rudderstackSource';
export const RESERVATION = 'rudderstackReservation';

/** Returns the function that authenticates a request. It throws `Refused` for a missing or unknown key, or a disabled source. */
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

interface AdmissionOptions {
  readonly openReservation: () => Reservation;
  readonly sourceOf: (request: FastifyRequest, scheme: AuthScheme) => Source;
  readonly maxReadBytes: number;
}

/**
 * Returns the hooks that refuse a request before its body is read, if the memory budget is exceeded or the key is invalid.
 * A request without a valid key reserves no bytes, whatever length it announces.
 */
export function admission({
  openReservation,
  sourceOf,
  maxReadBytes,
}: AdmissionOptions): (scheme: AuthScheme) => onRequestAsyncHookHandler {
  return (scheme) => async (request) => {
    const reservation = openReservation();
    request.setDecorator(RESERVATION, reservation);
    request.setDecorator(SOURCE, sourceOf(request, scheme));
    reservation.reserve(announcedBytes(request, maxReadBytes));
  };
}

/** The length of the body, or the maximum if it is not announced. */
function announcedBytes({ headers }: FastifyRequest, maxReadBytes: number): number {
  if (headers['transfer-encoding'] !== undefined) return maxReadBytes;
  return Math.min(Number(headers['content-length'] ?? 0), maxReadBytes);
}

/** The write key is the user name of HTTP basic authentication, with an empty password. */
function keyOfHeader({ headers }: FastifyRequest): string | undefined {
  const [, encoded = ''] = /^basic (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const [key, password] = Buffer.from(encoded, 'base64').toString().split(':', 2);
  return password === undefined ? undefined : key;
}

function keyOfQuery(request: FastifyRequest): string | undefined {
  return firstOf(queryOf(request), 'writeKey');
}
