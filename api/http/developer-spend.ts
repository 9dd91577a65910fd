import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { DAY_MS, instant } from '../../warehouse/clock.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { callerOf } from '../auth/authenticate.ts';
import { DAYS, MOST_DAYS, requireInstants } from './developer-days.ts';
import { assertMaySeeDeveloper } from './may-see.ts';
import { Count, DeveloperPath, NullableText } from './schemas.ts';

const QUERIES = readQueries(import.meta.url, 'developer-spend.queries.sql', {
  spend_of_developer: ['developer_id', 'from', 'until', 'loaded_from', 'lines_or_totals'],
});

/** The most rows that are summed up at once. */
const MOST_ROWS = 10_000;
/** A clock of a sender that is so much ahead is believed. */
const AHEAD_MS = DAY_MS;

const Spend = exactly(
  {
    spent_on: Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date', description: 'Null by asset.' }),
    spend_kind: Type.Unsafe<string | null>({
      ...{ type: ['string', 'null'], enum: ['metered', 'one_time', 'subscription', 'refund', null] },
      description: 'Null by day.',
    }),
    asset_id: { ...NullableText, description: "'' for refunds; null by day." },
    asset_title: NullableText,
    currency: Type.String({ description: "'' for use of an asset without terms." }),
    event_count: Count,
    units: { ...NullableText, description: 'The units of metered use, exact.' },
    amount: { ...NullableText, description: 'Without tax, exact; negative for refunds; null if none has a price.' },
    tax_amount: { ...NullableText, description: 'The tax that was charged with it; null for metered use.' },
    unpriced_count: { ...Count, description: 'How many of the events have no price: they are not in the amount.' },
  },
  'What was used or paid.',
);

const SpendQuery = exactly(
  {
    ...DAYS,
    by: Type.Enum(['line', 'day', 'asset'], {
      default: 'line',
      description: '`line`: each day, asset and kind by itself. `day`, `asset`: the sums of each.',
    }),
  },
  'The days, and what is summed up.',
);

/** What a developer used and paid. */
export const developerSpendRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/developers/:developer_id/spend',
    {
      config: { permission: 'developers:read' },
      schema: {
        ...{ operationId: 'listDeveloperSpend', tags: ['developers'] },
        summary: 'What a developer used and paid, by day, asset and kind',
        description: `Of events that have landed. Metered use is priced by the newest terms of its time; the invoice of the month decides. At most ${MOST_DAYS} days.`,
        params: DeveloperPath,
        querystring: SpendQuery,
        response: { 200: exactly({ data: Type.Array(Spend) }, 'By day, kind, asset and currency.') },
      },
    },
    async (request) => {
      const { developer_id } = request.params;
      assertMaySeeDeveloper(callerOf(request), developer_id);
      const { from, until } = requireInstants(request.query);
      const loadedFrom = instant(Date.parse(from) - AHEAD_MS);
      const { by } = request.query;
      // Both kinds of sums at once, because pages show both.
      const query = QUERIES.spend_of_developer(developer_id, from, until, loadedFrom, by === 'line' ? by : 'total');
      const rows = await services.warehouse.query<Static<typeof Spend> & ValueRow>(...query);
      const data = rows.flatMap(({ grouped_by, ...row }) => (grouped_by === by ? [row] : []));
      if (rows.length <= MOST_ROWS) return { data };
      throw new Rejected(`These days have more than ${MOST_ROWS} rows; ask for fewer days at once.`);
    },
  );
};
