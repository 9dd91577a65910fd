import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import type { Model } from '../../transforms/engine/model.ts';
import { MARTS, visibleTo } from '../../transforms/published/published.ts';
import { NotFound, Rejected } from '../../warehouse/errors.ts';
import type { BiRole, PublishedTable } from '../../warehouse/published/published-table.ts';
import { selectRows } from '../../warehouse/table-queries.ts';
import { rowSchema } from '../../warehouse/vocabulary/tables.ts';
import { UNITS, unitOf } from '../../warehouse/vocabulary/units.ts';
import { callerOf } from '../auth/authenticate.ts';
import { biRoleOf } from '../auth/permissions.ts';
import { martContent } from './mart-content.ts';
import { MART_FORMAT_NAMES, MART_FORMATS, type MartRead } from './mart-formats.ts';
import { PeriodText } from './schemas.ts';

/** The marts as a role sees them, by name. */
function martsFor(role: BiRole): ReadonlyMap<string, PublishedTable> {
  return new Map(MARTS.flatMap((mart) => visibleTo(role, mart) ?? []).map((table) => [table.name, table]));
}

const FOR_ROLE: Readonly<Record<BiRole, ReadonlyMap<string, PublishedTable>>> = {
  analyst: martsFor('analyst'),
  finance: martsFor('finance'),
};

const martsOf = (request: FastifyRequest): ReadonlyMap<string, PublishedTable> => FOR_ROLE[biRoleOf(callerOf(request))];

const COLUMN_TYPES = ['string', 'int64', 'numeric', 'bool', 'timestamp', 'date', 'json', 'float'] as const;

const Column = exactly(
  {
    name: Type.String(),
    type: Type.Enum([...COLUMN_TYPES]),
    is_optional: Type.Boolean(),
    meaning: Type.String(),
    unit: Type.Union([Type.Enum([...UNITS]), Type.Null()], { description: 'What its numbers or times count in.' }),
  },
  'A column of a mart.',
);

const Mart = exactly(
  {
    mart: Type.String(),
    meaning: Type.String(),
    key: Type.Array(Type.String(), { description: 'The columns that identify a row.' }),
    columns: Type.Array(Column),
  },
  'A mart: a table for analysis.',
);

const Rows = {
  items: { anyOf: MARTS.map(martSchema) },
  description: 'The rows of the mart, in the order of its key.',
};

/** The list of marts, and all rows of each. */
export const martRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/marts',
    {
      config: { permission: 'marts:read' },
      schema: {
        operationId: 'listMarts',
        tags: ['marts'],
        summary: 'All marts, with the meaning of each column',
        response: { 200: exactly({ data: Type.Array(Mart) }, 'All marts.') },
      },
    },
    async (request) => ({ data: [...martsOf(request).values()].map(described) }),
  );

  app.get(
    '/marts/:mart',
    {
      config: { permission: 'marts:read' },
      // HEAD would read the whole mart and discard it.
      exposeHeadRoute: false,
      schema: {
        operationId: 'readMart',
        tags: ['marts'],
        summary: 'The rows of a mart for one period or for all periods, in the order of its key',
        params: Type.Object({ mart: Type.String({ maxLength: 100, examples: ['royalties'] }) }),
        querystring: exactly(
          { period: Type.Optional(PeriodText), format: Type.Enum(MART_FORMAT_NAMES, { default: 'json' }) },
          'The period, and the format of the rows.',
        ),
        response: {
          200: {
            description: 'The rows.',
            content: martContent(Rows),
          },
        },
      },
    },
    async (request, reply) => {
      const { mart } = request.params;
      const { period, format } = request.query;
      const marts = martsOf(request);
      const table = marts.get(mart);
      if (!table) throw new NotFound(`There is no mart ${mart}; the marts are ${[...marts.keys()].join(', ')}.`);
      if (period !== undefined && !table.columns.some(({ name }) => name === 'period')) {
        throw new Rejected(
          `The mart ${mart} cannot be filtered by period, because it has no period column; leave period out of the query.`,
        );
      }
      const { mediaType, write } = MART_FORMATS[format];
      const name = [mart, ...(period ? [period] : [])].join('-');
      return reply
        .type(mediaType)
        .header('content-disposition', `${format === 'json' ? 'inline' : 'attachment'}; filename="${name}.${format}"`)
        .send(Readable.from(write(readOf(services, table, period)), { objectMode: false }));
    },
  );
};

/** Those who do not see personal columns get rows without them. */
function martSchema(mart: Model): object {
  const visible = new Set(visibleTo('analyst', mart)?.columns.map(({ name }) => name));
  const schema = rowSchema(mart) as { readonly required: readonly string[] };
  return { ...schema, required: schema.required.filter((name) => visible.has(name)) };
}

function described({ name: mart, meaning, key, columns }: PublishedTable) {
  return {
    mart,
    meaning,
    key: [...key],
    columns: columns.map(({ name, type, optional, meaning: about = '' }) => ({
      name,
      type,
      is_optional: optional,
      meaning: about,
      unit: unitOf({ name, type }) ?? null,
    })),
  };
}

function readOf({ warehouse }: Services, table: PublishedTable, period: string | undefined): MartRead {
  const named = { ...table, name: `tantieme.${table.name}` };
  return { table, warehouse, query: selectRows(named, { where: { period }, orderBy: table.key }) };
}
