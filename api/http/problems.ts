import { STATUS_CODES } from 'node:http';
import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifySchemaValidationError,
} from 'fastify';
import { Type } from 'typebox';
import { Conflict, InvariantBroken, NotFound, Rejected, Unavailable } from '../../warehouse/errors.ts';

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

/** Turns every error of a route, and every unknown path, into a problem. */
export function registerProblemHandlers(app: FastifyInstance): void {
  app.setErrorHandler(refuse);
  app.setNotFoundHandler((request, reply) =>
    problem(reply, 404, `There is no route ${request.method} ${request.url.split('?')[0]}.`),
  );
}

/** Sends an error as a problem; the message of an unknown error is only logged, not sent. */
export function refuse(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = statusOf(error);
  if (status >= 500) request.log.error(error);
  return problem(reply, status, detailOf(error, status));
}

function statusOf(error: FastifyError): number {
  if (error instanceof NotFound) return 404;
  if (error instanceof Rejected || error.validation) return 400;
  if (error instanceof Conflict) return 409;
  if (error instanceof Unavailable) return 503;
  // Fastify's own errors: a body that is too large or not JSON.
  const { statusCode = 500 } = error;
  return error.code?.startsWith('FST_') && statusCode >= 400 && statusCode < 500 ? statusCode : 500;
}

function detailOf(error: FastifyError, status: number): string {
  if (error.validation) return sentenceOf(error.validation[0], error.validationContext);
  if (status < 500 || error instanceof Unavailable || error instanceof InvariantBroken) return error.message;
  return 'The request failed because of an internal error; search the log of the server for the request_id.';
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
    example === undefined ? `${error?.message ?? 'must be different'}${allowed}` : `must be written as ${example}`;
  return `${field ? `${field} in the ${place}` : `The ${place}`} ${demand}.`;
}
