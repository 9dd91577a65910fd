import type { Server } from 'node:http';
import type { FastifyHttpOptions } from 'fastify';

/** The options, for the server that the gateway becomes part of, under which a request must arrive in time or is cut off. */
export function arrivingWithin(longestMs: number): Pick<FastifyHttpOptions<Server>, 'requestTimeout' | 'http'> {
  return {
    requestTimeout: longestMs,
    // Node heeds the time for a whole request only where the time for its headers, a minute otherwise, is no longer.
    http: { headersTimeout: longestMs, connectionsCheckingInterval: longestMs / 5 },
  };
}
