import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { type LineState, requireBatch, statusOf } from '../../jobs/payouts/payouts.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { exactly, MinorUnits, NullableText, PeriodPath, PeriodText } from './schemas.ts';

const STATES: LineState[] = ['planned', 'intent', 'key_spent', 'sent', 'failed', 'skipped'];

const Payout = exactly(
  {
    payout_id: Type.String(),
    creator_id: Type.String(),
    currency: Type.String(),
    amount_minor: MinorUnits,
    reason: Type.String({ description: '`payable`, or why nothing is paid.' }),
    state: Type.Enum(STATES, { description: 'What was done about it last.' }),
    transfer_id_stripe: NullableText,
    last_reason: NullableText,
  },
  'One payout of the batch, or the reason for there being none.',
);

const Batch = exactly(
  {
    batch_id: Type.String(),
    period: PeriodText,
    state: Type.Enum(['planned', 'approved', 'sent']),
    planned_by: Type.String(),
    planned_at: Type.String({ format: 'date-time' }),
    approved_by: NullableText,
    approved_at: NullableText,
    payouts: Type.Array(Payout),
  },
  'The payouts of a period.',
);

/** How far the payouts of a period are. */
export const payoutRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/payouts/:period',
    {
      config: { permission: 'payouts:read' },
      schema: {
        operationId: 'getPayouts',
        tags: ['payouts'],
        summary: 'The payouts of a period: who planned and approved them, and what became of each',
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
