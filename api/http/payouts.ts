import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { requireBatch } from '../../jobs/payouts/batches.ts';
import { LINE_STATES } from '../../jobs/payouts/payout-life.ts';
import { statusOf } from '../../jobs/payouts/status.ts';
import { exactly } from '../../reports/exactly.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { MinorUnits, NullableText, PeriodPath, PeriodText } from './schemas.ts';

const Payout = exactly(
  {
    payout_id: Type.String(),
    creator_id: Type.String(),
    currency: Type.String(),
    amount_minor: MinorUnits,
    account_id_stripe: NullableText,
    reason: Type.String({ description: '`payable`, or the reason why nothing is paid.' }),
    state: Type.Enum([...LINE_STATES], { description: 'The last state of the payout.' }),
    transfer_id_stripe: NullableText,
    last_reason: NullableText,
  },
  'One payout of the batch, or the reason why there is none.',
);

const Batch = exactly(
  {
    batch_id: Type.String(),
    period: PeriodText,
    sequence: Type.Integer({ description: 'Its number among the batches of the period.' }),
    state: Type.Enum(['planned', 'approved', 'sent', 'cancelled']),
    planned_by: Type.String(),
    planned_at: Type.String({ format: 'date-time' }),
    approved_by: NullableText,
    approved_at: NullableText,
    ledger_seal: NullableText,
    approval_hash: NullableText,
    payouts: Type.Array(Payout),
  },
  'The payouts of a period.',
);

/** The status of the payouts of a period. */
export const payoutRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/payouts/:period',
    {
      config: { permission: 'payouts:read' },
      schema: {
        operationId: 'getPayouts',
        tags: ['payouts'],
        summary: 'The payouts of a period: who planned and approved them, and the state of each',
        params: PeriodPath,
        response: { 200: Batch },
      },
    },
    async (request) => {
      const batch = await requireBatch(services, parsePeriod(request.params.period));
      return { ...batch, payouts: await statusOf(services, batch.batch_id) };
    },
  );
};
