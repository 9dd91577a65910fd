import { type Static, type TSchema, Type } from 'typebox';
import { FIELDS } from '../../warehouse/vocabulary/fields.ts';
import { LICENSE_TYPES } from '../../warehouse/vocabulary/terms.ts';

const text = (description?: string) => Type.String({ ...(description && { description }) });
const day = (description?: string) => Type.String({ format: 'date', ...(description && { description }) });
const amount = (description = 'A decimal with the places of the currency.') =>
  Type.String({ description, examples: ['12.50'] });
const exact = (description = 'A decimal of up to nine places.') => Type.String({ description, examples: ['0.0004'] });
const period = (description = 'A calendar month in UTC.') =>
  Type.String({ pattern: FIELDS.period.pattern ?? '', description, examples: ['2026-01'] });

/** An object with these properties and no others. */
function exactly<const P extends Record<string, TSchema>>(description: string, properties: P) {
  return Type.Object(properties, { description, additionalProperties: false });
}

const Summary = exactly(
  'opening + earnings − refunds + adjustments − payouts = closing. Refunds and payouts are what is subtracted.',
  {
    opening: amount(),
    earnings: amount(),
    refunds: amount(),
    adjustments: amount(),
    payouts: amount(),
    closing: amount(),
  },
);

const Rounding = exactly(
  'Fractions below a minor unit, which are owed and carried: carried_in + lines_exact = lines + carried_out.',
  { carried_in_exact: exact(), lines_exact: exact(), lines: amount(), carried_out_exact: exact() },
);

const Line = exactly('Everything of one kind that one asset did under the same terms: one row of the statement.', {
  line_id: text(),
  kind: Type.Enum(['earning', 'refund', 'adjustment']),
  asset_id: text(),
  asset_title: text(),
  license_type: Type.Enum([...LICENSE_TYPES]),
  earned_period: period("The period in which it was earned: earlier than the statement's where it became known late."),
  revenue_event_count: text('How many purchases, payments, uses or refunds it adds up, as an integer.'),
  units: exact('Units used, for metered use; else the count of licences. A decimal.'),
  gross_exact: exact(
    "This creator's part of what buyers paid (negative where it was given back), before the platform's fee.",
  ),
  platform_fee_exact: exact(),
  platform_fee_rate: text('In words for people: "20 %".'),
  share_rate: text('In words for people: "100 %".'),
  amount_exact: exact("This creator's part before rounding; negative for refunds."),
  amount: amount("This creator's part after rounding; negative for refunds."),
  formula: text('How the amount came about, as one sentence with the figures in it.'),
  terms_id: text('The version of the terms that applied.'),
  rate: exact("The price in those terms: of a licence, of a subscription's period, or of a unit of metered use."),
});

const Payout = exactly('Money that left within the period.', {
  payout_id: text(),
  paid_period: period('The period whose balance it paid.'),
  sent_on: day(),
  transfer_id_stripe: text(),
  amount: amount(),
});

const Decision = exactly('What happens to the closing balance.', {
  amount: amount('What is payable now; "0.00" if nothing is.'),
  held: amount('Part of the closing balance that an open dispute holds back.'),
  reason: text('`payable`, or the reason for which nothing is paid.'),
  explanation: text('The same as one sentence for the creator.'),
});

/** A statement as JSON Schema, from which its type follows. */
export const StatementSchema = exactly('A royalty statement: one creator, one period, one currency.', {
  schema_version: Type.Literal('1'),
  statement_id: text(),
  issuer: exactly('Who owes the money.', { name: text() }),
  creator: exactly('To whom it is owed.', { creator_id: text(), name: text(), country: text() }),
  period: period(),
  period_starts_on: day("The period's first day."),
  period_ends_on: day("The period's last day."),
  closed_at: Type.String({
    format: 'date-time',
    description: 'When the period was closed: the date on the statement. UTC instant.',
  }),
  currency: text(),
  summary: Summary,
  rounding: Rounding,
  lines: Type.Array(Line),
  payouts: Type.Array(Payout),
  payout_decision: Decision,
  seal: text('SHA-256 that freezes the books of the period; the same on every statement of it.'),
});

type Immutable<T> = T extends readonly (infer Item)[]
  ? readonly Immutable<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]: Immutable<T[Name]> }
    : T;

/**
 * A statement as a plain value: composed once from the books, then rendered as JSON, CSV, XLSX and PDF, all of which say
 * the same. Amounts are decimal strings: those named `*_exact` have up to nine places, all others the places of the
 * currency ("12.50"). Nothing in here depends on when it is rendered.
 */
export type StatementDocument = Immutable<Static<typeof StatementSchema>>;
export type StatementLine = Immutable<Static<typeof Line>>;
export type StatementPayout = Immutable<Static<typeof Payout>>;
export type LineKind = StatementLine['kind'];
