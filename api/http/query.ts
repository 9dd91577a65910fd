import type { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { callerOf } from '../auth/authenticate.ts';
import { biRoleOf } from '../auth/permissions.ts';
import { queryMarts } from '../queries/query-marts.ts';
import { martContent } from './mart-content.ts';
import { MART_FORMAT_NAMES, MART_FORMATS } from './mart-formats.ts';

const Query = exactly(
  {
    sql: Type.String({
      minLength: 1,
      maxLength: 50_000,
      description: 'One SELECT in the SQL of DuckDB on the published marts.',
      examples: ['from royalties limit 10'],
    }),
    format: Type.Enum(MART_FORMAT_NAMES, { default: 'json' }),
  },
  'A query, and the format of its rows.',
);

/** Rows of any columns. */
const Rows = { items: { type: 'object' }, description: 'The rows of the query.' };

/** SQL on the published marts, in a process of its own; the warehouse is not involved. */
export const queryRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post(
    '/query',
    {
      config: { permission: 'marts:query' },
      schema: {
        operationId: 'queryMarts',
        tags: ['marts'],
        summary: 'The rows of one SELECT on the published marts',
        description:
          'Analysts see the marts without personal columns. The header `publication` names the publication that was read. A query that takes too long, needs too much memory or has too many rows is refused. Where several can run at a time, one caller runs at most all but one.',
        body: Query,
        response: {
          200: {
            description: 'The rows.',
            content: martContent(Rows),
          },
        },
      },
    },
    async (request, reply) => {
      const { sql, format } = request.body;
      const closed = new AbortController();
      reply.raw.once('close', () => closed.abort());
      const caller = callerOf(request);
      const asked = {
        sql,
        format,
        role: biRoleOf(caller),
        askedBy: (caller.madeBy ?? caller).id,
        signal: closed.signal,
      };
      const { version, rows } = await queryMarts(services, asked);
      // Also if nobody reads the beginning.
      if (closed.signal.aborted) rows.destroy();
      reply.type(MART_FORMATS[format].mediaType).header('publication', version);
      return reply.send(compressed(request, reply, rows));
    },
  );
};

function compressed(request: FastifyRequest, reply: FastifyReply, rows: Readable): Readable {
  reply.header('vary', 'accept-encoding');
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return rows;
  reply.header('content-encoding', 'gzip');
  const gzip = createGzip();
  rows.once('error', (error) => gzip.destroy(error));
  gzip.once('close', () => rows.destroy());
  return rows.pipe(gzip);
}
