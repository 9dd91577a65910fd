import { STATUS_CODES } from 'node:http';
import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifySchemaValidationError,
} from 'fastify';
import { Type } from 'typebox';
import {
  Conflict,
  Forbidden,
  InvariantBroken,
  messageOf,
  NotFound,
  Rejected,
  TooManyRequests,
  Unavailable,
} from '../../warehouse/errors.ts';

/** The body of every error response: RFC 9457, with the reason as one sentence in `detail`. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'Always about:blank; the status is the kind of problem.' }),
    title: Type.String({ description: 'The name of the status.' }),
    status: Type.Integer(),
    detail: Type.String({ description: 'What could not be done, and why.' }),
    request_id: Type.String({ description: 'The id of the request in the log.' }),
  },
  { title: 'Problem', additionalProperties: false },
);

export const PROBLEM_TYPE = 'application/problem+json';

/** Sends a problem. */
export function problem(reply: FastifyReply, status: number, detail: string): FastifyReply {
  const title = STATUS_CODES[status] ?? 'Error';
  return reply
    .code(status)
    .type(PROBLEM_TYPE)
    .send({ type: 'about:blank', title, status, detail, request_id: reply.request.id });
}

/** The route of the pages for whatever has no other one. */
export const ANY_PATH = '/*';

/** Turns every error of a route, every unknown path and every wrong method into a problem; call it before adding routes. */
export function registerProblemHandlers(app: FastifyInstance): void {
  const routes: { readonly path: RegExp; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    if (url === ANY_PATH) return;
    routes.push({ path: patternOf(url), methods: [method].flat() });
  });
  app.setErrorHandler((error: FastifyError, request, reply) => refuse(error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const allowed = new Set(routes.filter((route) => route.path.test(path)).flatMap(({ methods }) => methods));
    // The gateway has routes for every method, and refuses those that it does not take by itself.
    if (allowed.size === 0 || app.supportedMethods.every((method) => allowed.has(method))) {
      return problem(reply, 404, `There is no route ${request.method} ${path}.`);
    }
    const methods = [...allowed].sort().join(', ');
    return problem(
      reply.header('allow', methods),
      405,
      `${path} does not take ${request.method}; it takes ${methods}.`,
    );
  });
}

/** The paths of a route: `/v1/runs/:run_id`, `/pixel/*`. */
function patternOf(url: string): RegExp {
  const escaped = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/:\w+/g, '[^/]+').replaceAll('*', '.*')}$`);
}

/**
 * Sends an error as a problem. The message of an unknown error is only logged, not sent; `showsCause` sends it too, for the command
 * line of this machine, which may have no log.
 */
export function refuse(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  { showsCause = false } = {},
): FastifyReply {
  const status = statusOf(error);
  if (status >= 500) request.log.error(error);
  if (error instanceof TooManyRequests) reply.header('retry-after', error.retryAfterSeconds);
  const isUnknown = status >= 500 && !(error instanceof Unavailable || error instanceof InvariantBroken);
  if (!isUnknown) return problem(reply, status, detailOf(error));
  const advice = `; search the log of the server for ${request.id}.`;
  const detail = `The request failed because of an internal error${showsCause ? `: ${messageOf(error)}` : advice}`;
  return problem(reply, status, detail);
}

/** The HTTP status of an error. */
export function statusOf(error: FastifyError): number {
  if (error instanceof NotFound) return 404;
  if (error instanceof TooManyRequests) return 429;
  if (error instanceof Forbidden) return 403;
  if (error instanceof Rejected || error.validation) return 400;
  if (error instanceof Conflict) return 409;
  if (error instanceof Unavailable) return 503;
  // Fastify's own errors: a body that is too large or not JSON.
  const { statusCode = 500 } = error;
  return error.code?.startsWith('FST_') && statusCode >= 400 && statusCode < 500 ? statusCode : 500;
}

function detailOf(error: FastifyError): string {
  return error.validation ? sentenceOf(error.validation[0], error.validationContext) : error.message;
}

const PLACES: Readonly<Record<string, string>> = {
  querystring: 'query',
  params: 'path',
  body: 'body',
  headers: 'headers',
};

/** One sentence that names the field, with an example from the schema if it has one. */
function sentenceOf(error: FastifySchemaValidationError | undefined, context = 'body'): string {
  const place = PLACES[context] ?? context;
  if (error?.keyword === 'required') return `${error.params.missingProperty} is missing in the ${place}.`;
  if (error?.keyword === 'additionalProperties') {
    return `The ${place} has ${JSON.stringify(error.params.additionalProperty)}, which is unknown; leave it out.`;
  }
  const field = error?.instancePath.slice(1).replaceAll('/', '.');
  const { schema, ...found } = (error ?? {}) as { parentSchema?: { examples?: unknown[] }; schema?: unknown };
  const example = found.parentSchema?.examples?.[0];
  const allowed = Array.isArray(error?.params.allowedValues) ? `: ${error.params.allowedValues.join(', ')}` : '';
  const demand =
    example === undefined ? `${error?.message ?? 'must be different'}${allowed}` : `must be written like ${example}`;
  return `${field ? `${field} in the ${place}` : `The ${place}`} ${demand}.`;
}
