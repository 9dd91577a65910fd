import type { Server } from 'node:http';
import type { FastifyHttpOptions } from 'fastify';

/** Otherwise slow requests would keep their memory reserved indefinitely. */
const LONGEST_ARRIVAL_MS = 30_000;

/** Fastify options of the server that hosts the gateway: a request that has not arrived within `timeoutMs` is aborted. */
export function requestTimeoutOptions(
  timeoutMs = LONGEST_ARRIVAL_MS,
): Pick<FastifyHttpOptions<Server>, 'requestTimeout' | 'http'> {
  return {
    requestTimeout: timeoutMs,
    // Node applies the timeout for the whole request only if that for its headers (default one minute) is not longer.
    http: { headersTimeout: timeoutMs, connectionsCheckingInterval: timeoutMs / 5 },
  };
}
