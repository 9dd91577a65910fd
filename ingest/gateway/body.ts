import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import type { Reservation } from './memory-budget.ts';
import { tooLarge, unreadable } from './refusals.ts';

const unzip = promisify(gunzip);

/** The size of Node's thread pool; further bodies wait while they are still compressed. */
const CONCURRENT_UNZIPS = 4;

/**
 * Returns the function that reads the body of a request, unzipped if it is gzip. Throws `Refused` above `maxBytes`, so that a
 * zip bomb is never unpacked further, and `Unavailable` if the memory budget does not allow to unzip it.
 */
export function bodyReader(maxBytes: number): (request: FastifyRequest, reservation: Reservation) => Promise<Buffer> {
  const limited = concurrencyLimit(CONCURRENT_UNZIPS);
  return async (request, reservation) => {
    const sent = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    // The request object is kept until the response; its bytes must not be.
    request.body = undefined;
    reservation.reserve(sent.length);
    if (request.headers['content-encoding'] !== 'gzip') return sent;
    const body = await limited(() => {
      reservation.reserve(sent.length + maxBytes);
      return requireUnzipped(sent, maxBytes);
    });
    reservation.reserve(body.length);
    return body;
  };
}

async function requireUnzipped(body: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await unzip(body, { maxOutputLength: maxBytes });
  } catch (error) {
    throw error instanceof RangeError ? tooLarge() : unreadable();
  }
}

/** Returns the function that runs work with limited concurrency, in the order of the calls. */
function concurrencyLimit(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = limit;
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
