import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { queryMarts } from '../../jobs/publish-marts/query-marts.ts';
import { exactly } from '../../reports/exactly.ts';
import { callerOf } from '../auth/authenticate.ts';
import { biRoleOf } from '../auth/permissions.ts';
import { MART_FORMAT_NAMES, MART_FORMATS, martContent } from './mart-formats.ts';

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

/** SQL on the published marts, on an engine of its own; the warehouse is not involved. */
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
          'Analysts see the marts without personal columns. The header `publication` names the publication that was read. A query that takes too long, needs too much memory or has too many rows is refused.',
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
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const result = await queryMarts(services, { sql, role: biRoleOf(callerOf(request)), signal: gone.signal });
      const { mediaType, write } = MART_FORMATS[format];
      const table = { name: 'query', meaning: '', columns: result.columns };
      const rows = Readable.from(write({ table, query: [result.sql, []], warehouse: result.reader }), {
        objectMode: false,
      });
      // Also if nobody reads to the end, or not even the beginning.
      rows.once('close', () => void result.close().catch((error: unknown) => request.log.error(error)));
      if (gone.signal.aborted) rows.destroy();
      reply.type(mediaType).header('publication', result.version);
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
