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

/** What every answer that is no success looks like: RFC 9457, with the reason as one sentence in `detail`. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'Always about:blank: the status says what kind of problem it is.' }),
    title: Type.String({ description: 'The status in words.' }),
    status: Type.Integer(),
    detail: Type.String({ description: 'What could not be done, and the state found.' }),
    request_id: Type.String({ description: 'Under which the log has more of it.' }),
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

/** Everything that a route throws, and every path that is none, becomes a problem. */
export function registerProblemHandlers(app: FastifyInstance): void {
  app.setErrorHandler(refuse);
  app.setNotFoundHandler((request, reply) =>
    problem(reply, 404, `There is nothing at ${request.method} ${request.url.split('?')[0]}.`),
  );
}

/** What was thrown, as a problem; nothing of the inside of an error that is not ours leaves. */
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
  // Fastify's own refusals: a body that is too large, or is no JSON.
  const { statusCode = 500 } = error;
  return error.code?.startsWith('FST_') && statusCode >= 400 && statusCode < 500 ? statusCode : 500;
}

function detailOf(error: FastifyError, status: number): string {
  if (error.validation) return sentenceOf(error.validation[0], error.validationContext);
  if (status < 500 || error instanceof Unavailable || error instanceof InvariantBroken) return error.message;
  return 'Something went wrong here; the log has more of it.';
}

const PLACES: Readonly<Record<string, string>> = {
  querystring: 'query',
  params: 'path',
  body: 'body',
  headers: 'headers',
};

/** One sentence that names the field; `examples` of a schema show how it is written. */
function sentenceOf(error: FastifySchemaValidationError | undefined, context = 'body'): string {
  const place = PLACES[context] ?? context;
  if (error?.keyword === 'required') return `The ${place} lacks ${error.params.missingProperty}.`;
  if (error?.keyword === 'additionalProperties') {
    return `The ${place} has ${JSON.stringify(error.params.additionalProperty)}, which is not known here.`;
  }
  const field = error?.instancePath.slice(1).replaceAll('/', '.');
  const { schema, ...found } = (error ?? {}) as { parentSchema?: { examples?: unknown[] }; schema?: unknown };
  const example = found.parentSchema?.examples?.[0];
  const allowed = Array.isArray(error?.params.allowedValues) ? `: ${error.params.allowedValues.join(', ')}` : '';
  const demand =
    example === undefined ? `${error?.message ?? 'must be different'}${allowed}` : `must be written as ${example}`;
  return `${field ? `${field} in the ${place}` : `The ${place}`} ${demand}.`;
}
