/** Run by the thread of `scalar-bundle.ts`. */
import { gzipSync } from 'node:zlib';
import scalar from '@scalar/fastify-api-reference';
import fastify from 'fastify';

/** Scalar's script for browsers, compressed by gzip: the package holds it as a text, and gives it as a route. */
export default async function compressedScript(): Promise<Uint8Array> {
  await using app = fastify();
  await app.register(scalar, { routePrefix: '/', configuration: { url: '/openapi.json' } });
  const { rawPayload } = await app.inject('/js/scalar.js');
  return gzipSync(rawPayload);
}
