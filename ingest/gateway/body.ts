import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import type { Reservation } from './memory-budget.ts';
import { tooLarge, unreadable } from './refusals.ts';

const unzip = promisify(gunzip);

/** As many as Node has threads for it; the others wait with their bytes still packed. */
const UNPACKED_AT_ONCE = 4;

/**
 * Makes the function that gives a request's bytes, unpacked where they are gzipped. Throws `Refused` beyond the bound, so that
 * a bomb is never unpacked further than that, and `Unavailable` where there is no room to unpack.
 */
export function bodyReader(maxBytes: number): (request: FastifyRequest, reservation: Reservation) => Promise<Buffer> {
  const inLine = line(UNPACKED_AT_ONCE);
  return async (request, reservation) => {
    const sent = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    // The request lives until it is answered, and must not hold its bytes for so long.
    request.body = undefined;
    reservation.reserve(sent.length);
    if (request.headers['content-encoding'] !== 'gzip') return sent;
    const body = await inLine(() => {
      reservation.reserve(sent.length + maxBytes);
      return unzipped(sent, maxBytes);
    });
    reservation.reserve(body.length);
    return body;
  };
}

async function unzipped(body: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await unzip(body, { maxOutputLength: maxBytes });
  } catch (error) {
    throw error instanceof RangeError ? tooLarge() : unreadable();
  }
}

/** Makes the function that lets so many pieces of work run at once, in the order in which they came. */
function line(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = atOnce;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
