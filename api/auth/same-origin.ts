import type { FastifyRequest } from 'fastify';
import { Forbidden } from '../../warehouse/errors.ts';

const READING: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Throws `Forbidden` for a request that would change something and that does not come from one of our own pages: the browser sends the session's
 * cookie with it, whoever wrote the page. Browsers send `Origin` with every such request. owasp.org: Cross-Site Request Forgery Prevention.
 */
export function assertSameOrigin(request: FastifyRequest, origin: string): void {
  if (READING.includes(request.method) || request.headers.origin === origin) return;
  throw new Forbidden(
    `The request does not come from a page of ${origin}; open the page there, and do it again. If that is another address than in your browser, set TANTIEME_URL.`,
  );
}
