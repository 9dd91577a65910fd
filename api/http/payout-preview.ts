import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type TSchema, Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { type PayoutPreview, previewOf } from '../../jobs/payouts/preview.ts';
import { exactly } from '../../reports/exactly.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { ComparisonOverride } from './payouts.ts';
import { Instant, MinorUnits, NullableText, PeriodPath, PeriodText } from './schemas.ts';

const Count = Type.Integer({ minimum: 0 });
const NullableInteger = (description: string) => ({ type: ['integer', 'null'], description });

const Totals = Type.Array(
  exactly({ currency: Type.String(), payout_count: Count, amount_minor: MinorUnits }, 'The payouts of one currency.'),
);

const Payout = exactly(
  {
    payout_id: Type.String(),
    creator_id: Type.String(),
    creator_name: { ...NullableText, description: 'As last reported; null if it was not.' },
    currency: Type.String(),
    amount_minor: MinorUnits,
    account_id_stripe: { ...NullableText, description: 'Where it goes.' },
    payout_rail: Type.Enum(['stripe', 'sepa', 'ach'], { description: 'By a transfer at Stripe, or by a bank file.' }),
    account_masked: { ...NullableText, description: 'A bank account, with most of its number left out.' },
    account_country: {
      ...NullableText,
      description: 'The country of the account when it was planned, approved with it: another one holds the payout.',
    },
    account_currency: { ...NullableText, description: 'In the same way the default currency of the account.' },
    is_first_payout: Type.Boolean({ description: 'Whether the creator was paid for no earlier period.' }),
    last_period: { ...NullableText, description: 'The last period paid in the same currency.' },
    last_amount_minor: Type.Unsafe<bigint | null>(NullableInteger('What was paid for that period.')),
    amount_ratio_bps: Type.Unsafe<bigint | null>(
      NullableInteger('The amount as a share of the last one in basis points, rounded down: 10000 if it is the same.'),
    ),
    last_account_id_stripe: {
      ...NullableText,
      description: 'Where the creator was last paid, if that was another account.',
    },
  },
  'A payout, and what has changed since the creator was last paid.',
);

const openOf = (item: TSchema, description: string) =>
  exactly({ count: Count, first: Type.Array(item, { description: 'The first five.' }) }, description);

const ChangedAccount = exactly(
  {
    creator_id: Type.String(),
    account_id_stripe: Type.String(),
    account_before: Type.String(),
    first_reported_at: Instant,
    is_paid: Type.Boolean({ description: 'Whether the batch pays this account.' }),
  },
  'A payout account that is not the first one of its creator.',
);

const AboveLimit = exactly(
  {
    payout_id: { ...NullableText, description: 'Null for the sum of the batch in the currency.' },
    creator_id: NullableText,
    currency: Type.String(),
    amount_minor: MinorUnits,
    limit_minor: MinorUnits,
  },
  'A payout, or the sum of the batch, that is above its limit.',
);

const Preview = Type.Unsafe<PayoutPreview>(
  exactly(
    {
      batch_id: Type.String(),
      period: PeriodText,
      sequence: Type.Integer({ description: 'Its number among the batches of the period.' }),
      state: Type.Enum(['planned', 'approved', 'sent', 'cancelled']),
      planned_by: Type.String(),
      planned_at: Instant,
      approval_hash: Type.String({
        description:
          'What an approval is about: the batch, the seal of the books, and every payout with its amount and account. The option `hash` of approve-payouts.',
      }),
      approved_by: Type.Array(Type.String(), { description: 'Who has signed off exactly this.' }),
      approvals_missing: Type.Integer({ description: 'How many people must still sign it off.' }),
      totals: Totals,
      largest: Type.Array(Type.String(), { description: 'Ids of the ten largest payouts of each currency.' }),
      first_time_payees: Type.Array(Type.String(), { description: 'Ids of creators who were never paid before.' }),
      payouts: Type.Array(Payout),
      above_limits: Type.Array(AboveLimit, {
        description: 'The batch cannot be approved until these are cancelled or the limits are raised.',
      }),
      not_paid: Type.Array(
        exactly(
          { reason: Type.String(), meaning: NullableText, balance_count: Count },
          'Balances that are not paid for one reason.',
        ),
      ),
      changed_accounts: Type.Array(ChangedAccount, { description: 'Those first reported in the last 14 days.' }),
      last_paid: Type.Unsafe({
        anyOf: [exactly({ period: PeriodText, totals: Totals }, 'The last period that was paid.'), { type: 'null' }],
      }),
      compared_at: { ...NullableText, description: 'When the period was last compared with Stripe completely.' },
      comparison: Type.String({ description: 'The same in a sentence.' }),
      comparison_overrides: Type.Array(ComparisonOverride),
      open_breaks: openOf(
        exactly({ break_id: Type.String(), break_class: Type.String(), what_happened: Type.String() }, 'A break.'),
        'Breaks of high priority in the period that nobody has acknowledged.',
      ),
      exceptions: openOf(
        exactly(
          {
            exception_id: Type.String(),
            exception_reason: Type.String(),
            meaning: Type.String(),
            is_acknowledged: Type.Boolean(),
          },
          'An exception.',
        ),
        'What the period could not book.',
      ),
      quarantined_money: Type.Array(
        exactly(
          { source_id: Type.String(), event: Type.String(), reason: Type.String(), event_count: Count },
          'Events about money that wait in the quarantine since the closing.',
        ),
      ),
      holds: Type.Array(
        exactly({ creator_id: Type.String(), sentence: Type.String() }, 'A creator whose payouts a break holds.'),
      ),
    },
    'What a person must see before approving the payouts of a period.',
  ),
);

/** What is to be approved, and what has changed since the last payouts. */
export const payoutPreviewRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/payouts/:period/preview',
    {
      config: { permission: 'payouts:read' },
      schema: {
        operationId: 'previewPayouts',
        tags: ['payouts'],
        summary: 'What is to be approved: where each amount of the latest batch goes, and what has changed since',
        params: PeriodPath,
        response: { 200: Preview },
      },
    },
    async (request) => previewOf(services, parsePeriod(request.params.period)),
  );
};
