import { Type } from 'typebox';
import { LICENSE_TYPES } from '../../warehouse/vocabulary/terms.ts';
import { exactly, PeriodText } from './schemas.ts';

const Amount = Type.String({ description: 'A decimal with the places of the currency.', examples: ['12.50'] });
const Exact = Type.String({ description: 'A decimal of up to nine places.', examples: ['0.0004'] });
const Day = Type.String({ format: 'date' });
const Text = Type.String();

const Line = exactly(
  {
    line_id: Text,
    kind: Type.Enum(['earning', 'refund', 'adjustment']),
    asset_id: Text,
    asset_title: Text,
    license_type: Type.Enum([...LICENSE_TYPES]),
    earned_period: PeriodText,
    revenue_event_count: Type.String({ description: 'An integer.' }),
    units: Exact,
    gross_exact: Exact,
    platform_fee_exact: Exact,
    platform_fee_rate: Text,
    share_rate: Text,
    amount_exact: Exact,
    amount: Amount,
    formula: Type.String({ description: 'How the amount came about.' }),
    terms_id: Text,
    rate: Exact,
  },
  'Everything of one kind that one asset did under the same terms.',
);

const Payout = exactly(
  { payout_id: Text, paid_period: PeriodText, sent_on: Day, transfer_id_stripe: Text, amount: Amount },
  'Money that left within the period.',
);

/** A statement as it was issued; `reports/statement.ts` says what its parts mean. */
export const StatementShape = exactly(
  {
    schema_version: Type.Literal('1'),
    statement_id: Text,
    issuer: exactly({ name: Text }, 'Who owes the money.'),
    creator: exactly({ creator_id: Text, name: Text, country: Text }, 'To whom it is owed.'),
    period: PeriodText,
    period_starts_on: Day,
    period_ends_on: Day,
    closed_at: Type.String({ format: 'date-time' }),
    currency: Text,
    summary: exactly(
      { opening: Amount, earnings: Amount, refunds: Amount, adjustments: Amount, payouts: Amount, closing: Amount },
      'opening + earnings − refunds + adjustments − payouts = closing.',
    ),
    rounding: exactly(
      { carried_in_exact: Exact, lines_exact: Exact, lines: Amount, carried_out_exact: Exact },
      'Fractions below a minor unit: carried_in + lines_exact = lines + carried_out.',
    ),
    lines: Type.Array(Line),
    payouts: Type.Array(Payout),
    payout_decision: exactly(
      { amount: Amount, held: Amount, reason: Text, explanation: Text },
      'What happens to the closing balance.',
    ),
    seal: Type.String({ description: 'SHA-256 that freezes the books of the period.' }),
  },
  'A royalty statement: one creator, one period, one currency.',
);
