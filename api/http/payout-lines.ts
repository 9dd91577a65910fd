import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { batchesOf } from '../../jobs/payouts/batches.ts';
import { overridesOfBatch } from '../../jobs/payouts/last-comparison.ts';
import { statusPage } from '../../jobs/payouts/status.ts';
import { exactly } from '../../reports/exactly.ts';
import { NotFound } from '../../warehouse/errors.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { nextCursor, parseCursor } from './pagination.ts';
import { BATCH, Payout } from './payouts.ts';
import { PageQuery, PeriodPath, pageOf } from './schemas.ts';

const Summary = exactly(BATCH, 'A batch of a period, without its payouts.');

const LinesQuery = exactly(
  {
    batch: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        description: 'The number of a batch; the latest one without it.',
      }),
    ),
    ...PageQuery,
  },
  'Which payouts of a period.',
);

/** The batches of a period and their payouts, each a list of its own: what pages need, however many payouts there are. */
export const payoutLineRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/payouts/:period/batches',
    {
      config: { permission: 'payouts:read' },
      schema: {
        operationId: 'listPayoutBatches',
        tags: ['payouts'],
        summary: 'The batches of a period, in order, without their payouts',
        params: PeriodPath,
        response: { 200: exactly({ data: Type.Array(Summary) }, 'All batches; none if no payouts are planned.') },
      },
    },
    async (request) => {
      const data = [];
      for (const batch of await batchesOf(services, parsePeriod(request.params.period)))
        data.push({ ...batch, comparison_overrides: await overridesOfBatch(services, batch) });
      return { data };
    },
  );

  app.get(
    '/payouts/:period/lines',
    {
      config: { permission: 'payouts:read' },
      schema: {
        operationId: 'listPayouts',
        tags: ['payouts'],
        summary: 'The payouts of a batch of a period, and the state of each',
        params: PeriodPath,
        querystring: LinesQuery,
        response: { 200: pageOf(Payout) },
      },
    },
    async ({ params, query: { batch: sequence, limit, cursor } }) => {
      const period = parsePeriod(params.period);
      const batches = await batchesOf(services, period);
      const batch = sequence === undefined ? batches.at(-1) : batches.find((each) => each.sequence === sequence);
      if (!batch)
        throw new NotFound(`${period} has no batch of payouts${sequence === undefined ? '' : ` ${sequence}`}.`);
      const after = cursor === undefined ? undefined : parseCursor(cursor, 1)[0];
      const { payouts, hasMore } = await statusPage(services, { batchId: batch.batch_id, after, limit });
      return { data: payouts, next_cursor: nextCursor(payouts, { hasMore, keyOf: ({ payout_id }) => [payout_id] }) };
    },
  );
};
