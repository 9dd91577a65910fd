import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { closeOf } from '../../transforms/ledger/closing.ts';
import { periodTotals } from '../../transforms/marts/period_totals.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import { knownPeriods } from './known-periods.ts';
import { NullableText, PeriodPath, PeriodText, rowOf } from './schemas.ts';

const QUERIES = readQueries(import.meta.url, 'periods.queries.sql', { totals_of_period: ['period'] });

const Listed = exactly({ period: PeriodText, is_closed: Type.Boolean() }, 'A period that is closed or has events.');

const Shape = exactly(
  {
    period: PeriodText,
    is_closed: Type.Boolean({ description: 'Whether the period is closed and its books are sealed.' }),
    cutoff_at: NullableText,
    closed_by: NullableText,
    posting_count: Type.Unsafe<bigint | null>({ type: ['integer', 'null'] }),
    seal: NullableText,
    previous_seal: NullableText,
    totals: Type.Array(rowOf(periodTotals), { description: 'The totals as last built, one per currency.' }),
  },
  'The state of a period.',
);

/** The periods, including those with events that have not been built yet; and the state and totals of each. */
export const periodRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/periods',
    {
      config: { permission: 'periods:read' },
      schema: {
        operationId: 'listPeriods',
        tags: ['periods'],
        summary: 'Every period that is closed or has events, oldest first',
        response: { 200: exactly({ data: Type.Array(Listed) }, 'All periods.') },
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
        summary: 'Whether a period is closed, its seal and its totals',
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
