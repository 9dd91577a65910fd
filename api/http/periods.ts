import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { closeOf } from '../../transforms/ledger/closing.ts';
import { periodTotals } from '../../transforms/marts/period_totals.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import { knownPeriods } from './known-periods.ts';
import { exactly, NullableText, PeriodPath, PeriodText, rowOf } from './schemas.ts';

const QUERIES = readQueries(import.meta.url, 'periods.queries.sql', { totals_of_period: ['period'] });

const Listed = exactly({ period: PeriodText, is_closed: Type.Boolean() }, 'A period that is closed, or has facts.');

const Shape = exactly(
  {
    period: PeriodText,
    is_closed: Type.Boolean({ description: 'Whether the books of the period are frozen.' }),
    cutoff_at: NullableText,
    closed_by: NullableText,
    posting_count: Type.Unsafe<bigint | null>({ type: ['integer', 'null'] }),
    seal: NullableText,
    previous_seal: NullableText,
    totals: Type.Array(rowOf(periodTotals), { description: 'As last built; one for each currency.' }),
  },
  'How a period stands.',
);

/** Which periods there are (asked of the events themselves: not all of them need be built), how they stand, and where their money went. */
export const periodRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/periods',
    {
      config: { permission: 'periods:read' },
      schema: {
        operationId: 'listPeriods',
        tags: ['periods'],
        summary: 'Every period that is closed or has facts, oldest first',
        response: { 200: exactly({ data: Type.Array(Listed) }, 'All of them.') },
      },
    },
    async () => ({
      data: await services.warehouse.query<{ period: string; is_closed: boolean }>(...knownPeriods()),
    }),
  );

  app.get(
    '/periods/:period',
    {
      config: { permission: 'periods:read' },
      schema: {
        operationId: 'getPeriod',
        tags: ['periods'],
        summary: 'Whether a period is closed, under which seal, and where its money went',
        params: PeriodPath,
        response: { 200: Shape },
      },
    },
    async (request) => {
      const period = parsePeriod(request.params.period);
      const close = await closeOf(services.warehouse, period);
      return {
        period,
        is_closed: close !== undefined,
        cutoff_at: close?.cutoff_at ?? null,
        closed_by: close?.closed_by ?? null,
        posting_count: close?.posting_count ?? null,
        seal: close?.seal ?? null,
        previous_seal: close?.previous_seal ?? null,
        totals: await services.warehouse.query<Row<typeof periodTotals>>(...QUERIES.totals_of_period(period)),
      };
    },
  );
};
