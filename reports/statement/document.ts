import { type Static, Type } from 'typebox';
import { FIELDS } from '../../warehouse/vocabulary/fields.ts';
import { PAYEE_STATUSES } from '../../warehouse/vocabulary/tax.ts';
import { LICENSE_TYPES, type LicenseType } from '../../warehouse/vocabulary/terms.ts';
import { exactly } from '../exactly.ts';
import { LOCALES } from './format.ts';
import { IssuerSchema } from './issuer.ts';

const text = (description?: string) => Type.String({ ...(description && { description }) });
const day = (description?: string) => Type.String({ format: 'date', ...(description && { description }) });
const amount = (description = 'A decimal with the places of the currency.') =>
  Type.String({ description, examples: ['12.50'] });
const exact = (description = 'A decimal of up to nine places.') => Type.String({ description, examples: ['0.0004'] });
const period = (description = 'A calendar month in UTC.') =>
  Type.String({ pattern: FIELDS.period.pattern ?? '', description, examples: ['2026-01'] });

const Summary = exactly(
  {
    opening: amount(),
    earnings: amount(),
    refunds: amount(),
    adjustments: amount(),
    tax_withheld: amount('Tax that is withheld; negative if more is given back than withheld.'),
    payouts: amount(),
    payout_reversals: amount('What came back of payouts, and is owed again.'),
    closing: amount(),
  },
  'opening + earnings − refunds + adjustments − tax_withheld − payouts + payout_reversals = closing. Refunds, tax and payouts are subtracted, so they are positive.',
);

const Rounding = exactly(
  { carried_in_exact: exact(), lines_exact: exact(), lines: amount(), carried_out_exact: exact() },
  'Fractions of a minor unit, which are owed and carried forward: carried_in + lines_exact = lines + carried_out.',
);

const textOrNull = (description: string) => Type.Unsafe<string | null>({ type: ['string', 'null'], description });

const dayOrNull = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date', description });

const Movement = exactly(
  {
    movement_id: text('The refund, dispute or correction: `refund:…`, `dispute:…` or `correction:…`.'),
    sale_id: text('The sale that it changes.'),
    occurred_at: Type.String({ format: 'date-time', description: 'When it happened. UTC instant.' }),
    gross_exact: exact("This creator's share of the change of what buyers paid, before the platform fee."),
    amount_exact: exact("The change of this creator's amount, before rounding."),
  },
  'What a refund, a lost dispute or a correction changed of one sale. It is a part of its line, not one more amount.',
);

const Line = exactly(
  {
    line_id: text(),
    kind: Type.Enum(['earning', 'refund', 'adjustment']),
    asset_id: textOrNull('Null for the adjustment of a balance, which is about no asset.'),
    asset_title: text(),
    license_type: Type.Unsafe<LicenseType | null>({
      enum: [...LICENSE_TYPES, null],
      description: 'Null for the adjustment of a balance.',
    }),
    earned_period: period(
      "The period in which the sale or use happened: earlier than the statement's if it was recorded late, or is taken back later.",
    ),
    first_on: dayOrNull(
      'The day of the first sale, refund or lost dispute in the line; null for metered use and corrections.',
    ),
    last_on: dayOrNull('The day of the last one.'),
    revenue_event_count: text('The number of purchases, payments, uses or refunds in the line, an integer.'),
    units: exact('Units used, for metered use; otherwise the number of licences. A decimal.'),
    gross_exact: exact("This creator's share of what buyers paid, before the platform fee; negative for refunds."),
    platform_fee_exact: exact(),
    platform_fee_rate: text('For display: "20 %".'),
    share_rate: text('For display: "100 %".'),
    amount_exact: exact("This creator's amount before rounding; negative for refunds."),
    amount: amount("This creator's amount after rounding; negative for refunds."),
    formula: text('The calculation of the amount as one sentence.'),
    terms_id: textOrNull('The version of the terms in force; null for the adjustment of a balance.'),
    rate: exact('The price in these terms: per licence, per subscription period or per unit of metered use.'),
    correction_id: textOrNull('The correction that the line books; null for any other line.'),
    corrected_kind: textOrNull(
      'The kind of what is corrected: a sale, a use, a refund, a dispute, its outcome, or a balance.',
    ),
    corrected_id: textOrNull('The id of what is corrected.'),
    correction_reason: textOrNull('Why it is corrected.'),
    movements: Type.Array(Movement, {
      description: 'Which sales the line changes; empty for earnings, and for corrections of uses and of the balance.',
    }),
  },
  'One row of the statement: all movements of one kind of one asset under the same terms, or one correction.',
);

const Withholding = exactly(
  {
    credited_on: day(
      'The day on which the royalties were credited: the first after the period, or an earlier one of which something is taken back or credited again.',
    ),
    payer_country: text('The country by whose law the issuer withholds.'),
    payee_status: Type.Enum(PAYEE_STATUSES),
    status_basis: Type.Enum(['documented', 'assumed'], {
      description: '`assumed` if there was no valid tax form, so that the issuer had to choose.',
    }),
    withholding_rule_id: text('The rule: payer, status and, of a treaty, the country.'),
    rate: text('For display: "30 %".'),
    credited_exact: exact('What the period credited of them, or took back, as a negative number.'),
    taxable_exact: exact('The part of them of which tax is withheld.'),
    withheld: amount('Negative if it is given back.'),
    withheld_of_year: amount('Withheld for this country in the calendar year so far, with this statement.'),
    not_given_back: amount(
      'What was not given back, because it was not withheld in this year; negative if it is not withheld again, because it was not given back.',
    ),
    explanation: text('The same in words for the creator.'),
  },
  'Tax withheld of the royalties that were credited on a day, or given back of what was taken back of them.',
);

const Payout = exactly(
  {
    payout_id: text(),
    paid_period: period('The period whose balance was paid out.'),
    sent_on: day(),
    transfer_id_stripe: text(),
    amount: amount(),
  },
  'A payout sent during the period.',
);

const PayoutReversal = exactly(
  {
    reversal_id_stripe: text(),
    payout_id: text(),
    paid_period: period('The period whose balance was paid out.'),
    reversed_on: day(),
    transfer_id_stripe: text(),
    amount: amount(),
    explanation: text('The same in words for the creator.'),
  },
  'What came back of a payout during the period, and is owed again.',
);

const PayoutNotice = exactly(
  {
    payout_id: text('Ours; of a payout to your bank, that of Stripe.'),
    paid_period: textOrNull('The period whose balance it was to pay; null for a payout to your bank.'),
    noticed_on: day(),
    outcome: Type.Enum([
      'held',
      'failed',
      'cancelled',
      'bank_failed',
      'bank_returned',
      'bank_canceled',
      'bank_reversed',
    ]),
    amount: amount(),
    reason: textOrNull('A word for why; null if none was recorded.'),
    to_bank_account: Type.Optional(
      Type.Literal(true, { description: 'It was to a bank account of the creator, and not to one at Stripe.' }),
    ),
    explanation: text('The same in words for the creator.'),
  },
  'What became of an earlier payout since the last statement, if it moved no money of ours. Not a part of the balance, and not sealed.',
);

const Decision = exactly(
  {
    amount: amount('The amount payable now; "0.00" if nothing is.'),
    held: amount(
      'The part of the closing balance that is held because of an open dispute, or a payment or payout that is not confirmed.',
    ),
    reason: text('`payable`, or the reason why nothing is paid.'),
    explanation: text('The same in words for the creator.'),
  },
  'What is done with the closing balance.',
);

const hash = (description?: string) => Type.String({ pattern: '^[0-9a-f]{64}$', ...(description && { description }) });
const hashOrNull = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], pattern: '^[0-9a-f]{64}$', description });
const leaves = (description: string) => Type.Array(hash(), { description });

const Proof = exactly(
  {
    format_version: Type.String({ pattern: '^[1-9][0-9]*$', description: 'The format of the seal.', examples: ['1'] }),
    previous_seal: hashOrNull('The seal of the period before; null for the first period.'),
    others_hash: hash('The hash of everything in the books that belongs to no creator.'),
    blind: hash(
      "A value in the hash of this creator's node. Without it nobody can find by trying which amounts the node is of.",
    ),
    paid_ahead: amount('The part of the closing balance that was sent before this statement.'),
    payouts: Type.Array(
      exactly(
        { payout_id: text(), account_id_stripe: text(), occurred_at: text() },
        'What the seal covers of a payout beside what the statement shows.',
      ),
    ),
    payout_reversals: Type.Array(
      exactly(
        { reversal_id_stripe: text(), account_id_stripe: text(), occurred_at: text() },
        'What the seal covers of the reversal of a payout beside what the statement shows.',
      ),
    ),
    leaves: exactly(
      {
        balances: leaves('The hash of the balance.'),
        carried_fractions: leaves('The hash of the carried fraction, if there is one.'),
        statement_lines: leaves('The sorted hashes of the lines.'),
        movements: leaves("The sorted hashes of the lines' movements."),
        withholdings: leaves('The sorted hashes of the tax withheld.'),
        payouts: leaves('The sorted hashes of the payouts.'),
        payout_reversals: leaves('The sorted hashes of the reversals of payouts.'),
      },
      'The hashes of the rows that the statement shows.',
    ),
    path: Type.Array(Type.Array(hash()), {
      minItems: 5,
      maxItems: 5,
      description: 'At each level of the tree of creators, from this creator up, the sorted hashes beside the own one.',
    }),
  },
  'That the amounts belong to the seal: `tantieme verify-statement` checks it without network. Others appear only as hashes.',
);

/** A statement as JSON Schema, from which its type follows. */
export const StatementSchema = exactly(
  {
    schema_version: Type.Literal('1'),
    statement_id: text(),
    locale: Type.Enum([...LOCALES], {
      description:
        'The language of the sentences (`formula`, `explanation`), and of the PDF and XLSX forms. Names of fields, codes, numbers and dates do not depend on it.',
    }),
    detail_pages: Type.String({
      pattern: '^[1-9][0-9]*$',
      description: 'How many pages of lines the PDF has at most. The attached files have all lines.',
      examples: ['20'],
    }),
    issuer: IssuerSchema,
    creator: exactly({ creator_id: text(), name: text(), country: text() }, 'To whom it is owed.'),
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
    tax: Type.Array(Withholding, {
      description: 'By day of credit, the latest first; none if no tax is withheld by the issuer.',
    }),
    payouts: Type.Array(Payout),
    payout_reversals: Type.Array(PayoutReversal),
    payout_notices: Type.Array(PayoutNotice),
    payout_decision: Decision,
    seal: text("The SHA-256 seal of the period's books; the same on every statement of the period."),
    proof: Proof,
  },
  'A royalty statement: one creator, one period, one currency.',
);

type Immutable<T> = T extends readonly (infer Item)[]
  ? readonly Immutable<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]: Immutable<T[Name]> }
    : T;

/**
 * A statement as a plain value: composed once from the closed books, then rendered as JSON, CSV, XLSX and PDF with the
 * same contents. There is one statement per creator, period and currency. Amounts are decimal strings: those named `*_exact`
 * have up to nine decimal places, all others those of the currency ("12.50"). Nothing depends on the time of rendering.
 */
export type StatementDocument = Immutable<Static<typeof StatementSchema>>;
export type StatementLine = Immutable<Static<typeof Line>>;
export type StatementMovement = Immutable<Static<typeof Movement>>;
export type StatementWithholding = Immutable<Static<typeof Withholding>>;
export type StatementPayout = Immutable<Static<typeof Payout>>;
export type StatementPayoutReversal = Immutable<Static<typeof PayoutReversal>>;
export type StatementPayoutNotice = Immutable<Static<typeof PayoutNotice>>;
export type StatementProof = Immutable<Static<typeof Proof>>;
export type LineKind = StatementLine['kind'];
