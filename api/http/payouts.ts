import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { batchesOf, requireBatch } from '../../jobs/payouts/batches.ts';
import { DECISIONS, decidePayouts } from '../../jobs/payouts/decide-payouts.ts';
import { overrideComparison, overridesOfBatch } from '../../jobs/payouts/last-comparison.ts';
import { LINE_STATES } from '../../jobs/payouts/payout-life.ts';
import { requirePayoutToReverse, reversePayout } from '../../jobs/payouts/reverse-payout.ts';
import { statusOf } from '../../jobs/payouts/status.ts';
import { runJob } from '../../jobs/run-job.ts';
import { exactly } from '../../reports/exactly.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { callerOf, requireActor } from '../auth/authenticate.ts';
import { ByPerson, MinorUnits, NullableText, PeriodPath, PeriodText } from './schemas.ts';

const LineState = Type.Enum([...LINE_STATES], { description: 'The last state of the payout.' });

export const Payout = exactly(
  {
    payout_id: Type.String(),
    creator_id: Type.String(),
    currency: Type.String(),
    amount_minor: MinorUnits,
    account_id_stripe: NullableText,
    reason: Type.String({ description: '`payable`, or why nothing is paid, or why it is held or cancelled.' }),
    reason_meaning: { ...NullableText, description: 'What the reason means, in a sentence.' },
    state: LineState,
    transfer_id_stripe: NullableText,
    payout_rail: Type.Enum(['stripe', 'sepa', 'ach'], { description: 'By a transfer at Stripe, or by a bank file.' }),
    file_id: { ...NullableText, description: 'The bank file that it is in.' },
    last_reason: { ...NullableText, description: 'More about the reason, or why Stripe refused the last request.' },
    decided_by: { ...NullableText, description: 'The person who last held, released or cancelled it.' },
    decided_at: NullableText,
    instant_payout_state: {
      ...NullableText,
      description:
        "Whether it was paid out to the creator's bank at once: `made`; `declined`, so that Stripe pays it out by its schedule; `intent` while that is not known; null if it was not tried.",
    },
    instant_payout_reason: { ...NullableText, description: "Why it was left to Stripe's schedule." },
  },
  'One payout of the batch, or the reason why there is none.',
);

const OVERRIDE = {
  sentence: Type.String(),
  overridden_by: Type.String(),
  overridden_at: Type.String({ format: 'date-time' }),
};

export const ComparisonOverride = exactly(
  OVERRIDE,
  'Who lets the batch be planned and sent without a comparison with Stripe that is new enough, and why.',
);

export const BATCH = {
  batch_id: Type.String(),
  period: PeriodText,
  sequence: Type.Integer({ description: 'Its number among the batches of the period.' }),
  state: Type.Enum(['planned', 'approved', 'sent', 'cancelled']),
  planned_by: Type.String(),
  planned_at: Type.String({ format: 'date-time' }),
  approved_by: NullableText,
  approved_at: NullableText,
  ledger_seal: NullableText,
  approval_hash: { ...NullableText, description: 'What was approved: the hash that the preview showed.' },
  comparison_overrides: Type.Array(ComparisonOverride),
};

const Batch = exactly({ ...BATCH, payouts: Type.Array(Payout) }, 'The payouts of a period that are approved together.');

const LatestBatch = exactly(
  {
    ...Batch.properties,
    earlier_batches: Type.Array(Batch, { description: 'The batches of the period before it, in order.' }),
  },
  'The payouts of a period: its latest batch, and those before.',
);

const Decision = exactly(
  {
    decision: Type.Enum([...DECISIONS], {
      description:
        '`hold`: not sent until it is released. `cancel`: never sent; its amount stays owed, and a next batch of the period can pay it.',
    }),
    ids: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), {
        minItems: 1,
        maxItems: 1000,
        description: 'Ids of payouts, or of creators for all of theirs that have not ended.',
      }),
    ),
    all: Type.Optional(
      Type.Literal(true, { description: 'Instead of `ids`: all of the period that the decision can change.' }),
    ),
    sentence: Type.String({ maxLength: 500, description: 'Why; for the records, not for the creators.' }),
    by: ByPerson,
  },
  'A decision about payouts that have not been sent.',
);

const Reverse = exactly(
  {
    id: Type.String({
      minLength: 1,
      maxLength: 1000,
      description: 'The id of a payout, or of its creator if only one payout was sent to them for the period.',
    }),
    sentence: Type.String({ maxLength: 500, description: "Why; it stands with the reversal in Stripe's records too." }),
    by: ByPerson,
  },
  'Which payout is taken back, and why.',
);

const Reversed = exactly(
  {
    payout_id: Type.String(),
    creator_id: Type.String(),
    period: PeriodText,
    currency: Type.String(),
    amount: Type.String({ description: 'All of the payout, as a decimal number.' }),
    transfer_id_stripe: Type.String(),
    state: Type.Literal('reversed'),
    reversal_ids_stripe: Type.Array(Type.String(), { description: 'Several, if a part was reversed before.' }),
    was_reversed_before: Type.Boolean({
      description: 'Whether it was reversed already, so that nothing was requested.',
    }),
    next: Type.String({ description: 'When the books show it, and how the amount is paid again; a sentence.' }),
  },
  'A payout of which nothing is left.',
);

const Override = exactly(
  {
    sentence: Type.String({ maxLength: 500, description: 'Why; it stands in the report for finance.' }),
    by: ByPerson,
  },
  'Why payouts are made without a new comparison with Stripe.',
);

const Overridden = exactly(
  {
    period: PeriodText,
    sequence: Type.Integer({ description: 'The number of the batch: the one that is not sent yet, or the next one.' }),
    ...OVERRIDE,
  },
  'What is overridden, until the period is compared completely. Holds because of breaks stay.',
);

const Decided = exactly(
  {
    period: PeriodText,
    payouts: Type.Array(
      exactly(
        {
          payout_id: Type.String(),
          creator_id: Type.String(),
          state: LineState,
          refused: { ...NullableText, description: 'Why it was not changed; null if it was.' },
        },
        'What became of one payout.',
      ),
    ),
  },
  'What became of each payout.',
);

/** The status of the payouts of a period, and what finance decides about them. */
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
        response: { 200: LatestBatch },
      },
    },
    async (request) => {
      const period = parsePeriod(request.params.period);
      const latest = await requireBatch(services, period);
      const earlier = (await batchesOf(services, period)).filter(({ sequence }) => sequence < latest.sequence);
      const shown = async (batch: typeof latest) => ({
        ...batch,
        comparison_overrides: await overridesOfBatch(services, batch),
        payouts: await statusOf(services, batch.batch_id),
      });
      const earlier_batches = [];
      for (const batch of earlier) earlier_batches.push(await shown(batch));
      return { ...(await shown(latest)), earlier_batches };
    },
  );

  app.post(
    '/payouts/:period/decisions',
    {
      config: { permission: 'payouts:decide' },
      schema: {
        operationId: 'decidePayouts',
        tags: ['payouts'],
        summary: 'Holds, releases or cancels payouts that have not been sent, each by itself',
        params: PeriodPath,
        body: Decision,
        response: { 200: Decided },
      },
    },
    async (request) => {
      const period = parsePeriod(request.params.period);
      const { decision, ids, all, sentence, by } = request.body;
      if ((ids === undefined) === (all === undefined))
        throw new Rejected('The payouts could not be decided about: name them in ids, or set all, and not both.');
      const person = requireActor(callerOf(request), by);
      const payouts = await decidePayouts(services, { period, decision, ids: ids ?? 'all', sentence, by: person });
      return { period, payouts };
    },
  );

  app.post(
    '/payouts/:period/reversals',
    {
      config: { permission: 'payouts:decide' },
      schema: {
        operationId: 'reversePayout',
        tags: ['payouts'],
        summary: 'Takes a payout that was sent back from the account of its creator, once; its amount is owed again',
        description:
          'Repeating it is safe: what Stripe has reversed already is reported and not requested again. 409 if Stripe refuses it, such as when the account has too little left; 503 if the outcome is not known yet.',
        params: PeriodPath,
        body: Reverse,
        response: { 200: Reversed },
      },
    },
    async (request) => {
      const period = parsePeriod(request.params.period);
      const { id, sentence, by } = request.body;
      const { payout_id } = await requirePayoutToReverse(services, { period, id });
      const options = { payout_id, because: sentence };
      const startedBy = requireActor(callerOf(request), by);
      return (await runJob(services, { job: reversePayout, period, options, startedBy })) as Static<typeof Reversed>;
    },
  );

  app.post(
    '/payouts/:period/comparison-overrides',
    {
      config: { permission: 'payouts:decide' },
      schema: {
        operationId: 'overrideComparison',
        tags: ['payouts'],
        summary: 'Lets the next or unsent batch of a period be paid without a new comparison with Stripe',
        params: PeriodPath,
        body: Override,
        response: { 200: Overridden },
      },
    },
    async (request) => {
      const period = parsePeriod(request.params.period);
      const { sentence, by } = request.body;
      const override = await overrideComparison(services, {
        period,
        sentence,
        by: requireActor(callerOf(request), by),
      });
      return { period, ...override };
    },
  );
};
