/**
 * The one vocabulary. A field says once what a name means, in which type and unit; tables, models, events and documents are
 * then lists of field names, and row types, DDL and JSON Schemas are derived from them.
 */

import { CURRENCIES } from '../currencies.ts';

export type FieldType = 'string' | 'int64' | 'numeric' | 'bool' | 'timestamp' | 'date' | 'json';

/** How a value of each type looks in TypeScript: numeric, timestamp and date as exact text. */
interface TypeScriptOf {
  string: string;
  /** A bigint. */
  int64: bigint;
  /** A decimal of at most nine places, `"0.0004"`. */
  numeric: string;
  bool: boolean;
  /** A UTC instant, `"2026-01-31T23:59:59.999Z"`. */
  timestamp: string;
  /** `"2026-01-31"`. */
  date: string;
  /** JSON text. */
  json: string;
}

export interface Field<T extends FieldType = FieldType> {
  readonly type: T;
  readonly meaning: string;
  /** The only values it takes. */
  readonly values?: readonly string[];
  /** What its text must look like. */
  readonly pattern?: string;
  /** For JSON: the JSON Schema of the value. */
  readonly schema?: object;
}

const field =
  <T extends FieldType>(type: T) =>
  (meaning: string, more: Omit<Field, 'type' | 'meaning'> = {}): Field<T> => ({ type, meaning, ...more });

const text = field('string');
const int = field('int64');
const numeric = field('numeric');
const timestamp = field('timestamp');
const date = field('date');
const bool = field('bool');
const json = field('json');

/** An id begins with what it is of, so that no system takes it for a number or a date. */
const idOf = (prefix: string, meaning: string): Field<'string'> =>
  text(meaning, { pattern: `^${prefix}_[A-Za-z0-9_-]{1,80}$` });
const words = (meaning: string, values: readonly string[]): Field<'string'> => text(meaning, { values });
const month = (meaning: string): Field<'string'> => text(meaning, { pattern: '^[0-9]{4}-(0[1-9]|1[0-2])$' });
const sha256 = (meaning: string): Field<'string'> => text(meaning, { pattern: '^(sha256:)?[0-9a-f]{64}$' });
const country = (meaning: string): Field<'string'> => text(meaning, { pattern: '^[A-Z]{2}$' });

/** One holder's part of an asset's royalties, as it travels in events. The parts of an asset sum to 10000. */
export interface Split {
  readonly creator_id: string;
  readonly share_bps: number;
}

export const LICENSE_TYPES = ['one_time', 'subscription', 'metered'] as const;
export type LicenseType = (typeof LICENSE_TYPES)[number];

export const FIELDS = {
  // Who
  creator_id: idOf('cr', 'A creator: someone to whom royalties are owed.'),
  creator_name: text('The name under which a creator is addressed.'),
  developer_id: idOf('dev', 'An AI developer: someone who licenses content.'),
  developer_name: text('The name of an AI developer.'),
  country: country('ISO 3166-1 alpha-2 code of the country of residence.'),
  buyer_country: country('ISO 3166-1 alpha-2 code of the country in which the buyer uses the content.'),
  kyc_status: words('Outcome of the identity check.', ['verified', 'rejected']),
  account_id_stripe: text('The connected account at Stripe.', { pattern: '^acct_[A-Za-z0-9_]+$' }),
  account_status: words('Whether the connected account can take transfers.', ['active', 'restricted', 'closed']),
  api_key_id: idOf('key', 'A key to the marketplace, without its secret.'),

  // What
  asset_id: idOf('asset', 'A piece of content that can be licensed.'),
  asset_title: text('The title of an asset.'),
  asset_digest: sha256('SHA-256 of the bytes of an asset.'),
  media_type: words('What kind of content it is.', ['text', 'image', 'audio', 'video', 'dataset']),
  consent_receipt_id: idOf('consent', 'A receipt for a consent that a creator gave.'),
  consent_hash: sha256('SHA-256 of the canonical consent receipt.'),
  usage_right: words('What the content was used for, in the words of RSL 1.0.', [
    'ai-train',
    'ai-input',
    'ai-index',
    'search',
  ]),

  // Terms
  terms_id: idOf('terms', 'One version of the terms of an asset for one licence type.'),
  license_type: words('How a licence is paid for.', LICENSE_TYPES),
  rate: numeric('Price of one licence, of one period of a subscription, or of one unit of metered use.'),
  splits: json('Who holds which part of the royalties; the parts sum to 10000 basis points.', {
    schema: {
      type: 'array',
      minItems: 1,
      maxItems: 20,
      items: {
        type: 'object',
        properties: {
          creator_id: { type: 'string', pattern: '^cr_[A-Za-z0-9_-]{1,80}$' },
          share_bps: { type: 'integer', minimum: 1, maximum: 10000 },
        },
        required: ['creator_id', 'share_bps'],
        additionalProperties: false,
      },
    },
  }),
  share_bps: int('Part of the royalties of a holder, in basis points.'),
  fee_bps: int("The platform's fee, in basis points of what the buyer paid."),
  effective_from_on: date('The first day on which it applies.'),
  effective_until_on: date('The first day on which it no longer applies; none while it is in force.'),
  valid_from: timestamp('The instant from which it applies.'),
  valid_until: timestamp('The instant from which it no longer applies; none while it is in force.'),

  // Facts
  license_id: idOf('lic', 'A licence that was bought.'),
  subscription_id: idOf('sub', 'A subscription to an asset.'),
  sale_id: idOf('sale', 'One payment for a licence, or for one period of a subscription.'),
  use_id: idOf('use', 'One metered use of an asset.'),
  refund_id: idOf('ref', 'One refund of a sale, in whole or in part.'),
  dispute_id: idOf('dis', 'A dispute that a buyer opened over a sale.'),
  invoice_id: idOf('inv', "An invoice for a developer's metered use of one period."),
  units: numeric('How many units were used.'),
  amount: numeric('An amount of money, without tax.'),
  tax_amount: numeric('The tax that was collected on top of the amount.'),
  currency: words('ISO 4217 code of the currency of every amount beside it.', CURRENCIES),
  reason: text('Why it happened, in one word or sentence.'),
  dispute_outcome: words('How a dispute ended for the platform.', ['won', 'lost']),
  charge_id_stripe: text('The charge at Stripe.', { pattern: '^ch_[A-Za-z0-9_]+$' }),
  refund_id_stripe: text('The refund at Stripe.', { pattern: '^re_[A-Za-z0-9_]+$' }),
  dispute_id_stripe: text('The dispute at Stripe.', { pattern: '^dp_[A-Za-z0-9_]+$' }),
  transfer_id_stripe: text('The transfer to the connected account at Stripe.', { pattern: '^tr_[A-Za-z0-9_]+$' }),
  usage_period: month('The period whose metered use is invoiced.'),
  closed_period: month('The period in whose books a dispute was decided; none while it is open.'),
  fact_id: text('The sale, use or other event that something follows from, by its own id.'),
  fact_kind: words('What kind of fact it is.', ['sale', 'use']),
  change_id: text('One change of what a sale or use is worth: the fact itself, a refund, a lost dispute.'),
  change_kind: words('What changed the worth of a fact.', ['earning', 'refund', 'adjustment']),
  amount_before: numeric('What a fact was worth before the change, without tax.'),
  amount_after: numeric('What a fact is worth after the change, without tax.'),

  // When
  occurred_at: timestamp('When it happened.'),
  learned_at: timestamp('When the warehouse first held it.'),
  earned_period: month('The period in which it happened.'),
  period: month('The period in whose books it stands.'),
  next_period: month('The period after it.'),
  period_starts_at: timestamp('The first instant of the period.'),
  period_ends_at: timestamp('The first instant after the period.'),
  ordinal: int('1, 2, 3 …'),
  minor_per_unit: int('Minor units in one unit of a currency: 100 for USD, 1 for JPY.'),

  // Royalties and books
  gross_amount: numeric(
    "What the buyer paid for this holder's part, before the platform's fee; negative if given back.",
  ),
  platform_fee_amount: numeric("The platform's fee in it."),
  royalty_amount: numeric("The creator's part of it, to a billionth."),
  buyers_net_amount: numeric('What buyers paid, less what they got back, without tax.'),
  creators_amount: numeric('What creators were credited, in whole minor units.'),
  refunds_amount: numeric('What buyers got back by refunds and lost disputes, as a positive number.'),
  rounding_amount: numeric('The change of the fractions that are carried for creators.'),
  residual_amount: numeric('What the identity leaves unexplained: always 0.'),
  booked_id: text('The id of what is booked: of a sale, use, refund, dispute, payout or invoice.'),
  booking_kind: words('What is booked; a dispute is booked when it is opened, its outcome when it is decided.', [
    'sale',
    'use',
    'refund',
    'dispute',
    'outcome',
    'payout',
    'invoice',
  ]),
  journal_id: text('Postings that belong together and sum to zero.'),
  posting_id: text('One posting of a journal.'),
  account: words('The account that is posted to.', ['buyers', 'platform_fees', 'creators', 'rounding', 'stripe']),
  account_owner_id: text('Whose account it is: a creator, a developer, or the platform.'),
  posting_amount: numeric('What is posted: positive for a debit, negative for a credit.'),
  line_id: text('One line of a statement.'),
  line_kind: words('What a line of a statement is.', ['earning', 'refund', 'adjustment']),
  fact_count: int('How many facts it adds up.'),
  line_amount_exact: numeric('The amount of a line to a billionth.'),
  line_amount_minor: int('The amount of a line in minor units; the lines of a statement sum to what is owed.'),
  opening_minor: int('What was owed at the beginning of the period, in minor units.'),
  earnings_minor: int('What was earned in the period, in minor units.'),
  refunds_minor: int('What was taken back by refunds in the period, in minor units, as a positive number.'),
  adjustments_minor: int('Other changes in the period, in minor units: lost disputes, as negative numbers.'),
  payouts_minor: int('What was paid out in the period, in minor units.'),
  closing_minor: int('What is owed at the end of the period, in minor units.'),
  held_minor: int('What open disputes hold back of the closing balance, in minor units.'),
  payable_minor: int('What is to be paid out, in minor units; 0 where there is a reason not to pay.'),
  paid_ahead_minor: int(
    'What was paid of earlier balances after the period had ended, but before it was closed, in minor units.',
  ),
  minimum_minor: int('The least that is paid out, in minor units; less is carried forward.'),
  carried_in_exact: numeric('The fraction of a minor unit that was carried into the period.'),
  carried_out_exact: numeric('The fraction of a minor unit that is carried out of the period.'),
  payout_reason: words('What happens to the closing balance: it is payable, or why it is not paid.', [
    'payable',
    'nothing_owed',
    'negative_balance',
    'frozen_by_dispute',
    'below_minimum',
    'identity_not_verified',
    'payout_account_missing',
    'payout_account_not_active',
  ]),

  // Statements and payouts
  statement_id: idOf('stmt', "A creator's statement for one period and currency."),
  statement_period: month('The period of a statement.'),
  document_hash: sha256('SHA-256 of the canonical JSON of a document.'),
  payout_id: idOf('po', 'One payout to one creator.'),
  batch_id: idOf('batch', 'The payouts of one period, approved together.'),
  payout_period: month('The period whose closing balance is paid out.'),

  // Stripe's own records
  id_stripe: text("The id of Stripe's record."),
  object_stripe: json("Stripe's record as the API gave it."),
  created_at: timestamp('When it was created.'),
  pulled_at: timestamp('When it was read from Stripe.'),
  record_kind: text("Stripe's word for a kind of record: `charge`."),
  pulled_from: timestamp('The first instant of what was pulled.'),
  pulled_until: timestamp('The first instant after what was pulled.'),
  window_from: timestamp('The first instant of the window of a pull that has not ended; none once it has.'),
  window_until: timestamp('The first instant after the window of a pull that has not ended; none once it has.'),
  source_id_stripe: text('The charge, refund, dispute or transfer that moved the balance.'),
  reporting_category: text("Stripe's category of a movement of the balance."),
  amount_minor: int('An amount in minor units, as Stripe counts it: negative when it leaves the balance.'),
  fee_minor: int("Stripe's fee, in minor units."),
  net_minor: int('The amount less the fee, in minor units.'),
  destination_account_id_stripe: text('The connected account that a transfer went to.'),
  transfer_group: text('What groups transfers at Stripe: the payout that a transfer is for.'),
  reversed_minor: int('How much of a transfer was reversed, in minor units.'),
  captured_minor: int('How much of a charge was captured, in minor units.'),
  refunded_minor: int('How much of a charge was refunded, in minor units.'),
  balance_transaction_id_stripe: text('The movement of the balance that it made; none while it has made none.'),
  failure_balance_transaction_id_stripe: text('The movement of the balance that took it back when it failed.'),
  payment_intent_id_stripe: text('The payment intent that a charge belongs to.'),
  source_refund_id_stripe: text('The refund that made a reversal.'),
  status_stripe: text("Stripe's word for how far its record is."),
  failure_code: text("Stripe's word for why it failed."),
  is_disputed: bool('Whether a dispute was ever opened over a charge.'),
  is_automatic: bool("Whether Stripe's schedule made it."),
  arrives_at: timestamp('When the money is expected at the bank, or came there.'),
  transfers_status: text("Stripe's word for whether an account can take transfers."),
  is_payable: bool('Whether money can leave an account for its bank.'),
  is_submitted: bool('Whether an account has told Stripe all that it was asked at first.'),
  disabled_reason: text("Stripe's word for why an account is restricted."),
  is_deleted: bool('Whether Stripe has it no longer, or keeps it from us.'),
  event_type_stripe: text("Stripe's word for what happened."),
  object_type_stripe: text("Stripe's word for the kind of object that an event is about."),
  object_id_stripe: text('The id of the object that an event is about.'),

  // Reconciliation
  flow_id: text("The movement of money: Stripe's id of it, or ours where Stripe has none."),
  flow_kind: words(
    'What kind of movement it is; `platform` is between Stripe and the platform alone: bank payouts, fees, top-ups.',
    ['charge', 'refund', 'dispute', 'payout', 'platform', 'other'],
  ),
  break_class: words('How a movement in our books compares to Stripe.', [
    'matched',
    'amount_differs',
    'missing_in_stripe',
    'missing_in_ledger',
    'duplicate',
    'wrong_destination',
    'currency_differs',
    'reversed_after_settlement',
    'unclassified',
    'platform_own',
  ]),
  ledger_minor: int('What our books say, in minor units.'),
  stripe_minor: int('What Stripe says, in minor units.'),
  flow_count: int('How many movements.'),

  // Landing
  message_id: text("The event's own id, by which repetitions are known."),
  message_hash: sha256('SHA-256 of what an event says, without what changes when it is sent again.'),
  event: text('The name of an event.'),
  event_version: int('The version of the definition of an event.'),
  source_id: text('The source that an event came through.'),
  segment_id: text(
    'A durable piece of the stream of events: a segment of the spool, or a file that RudderStack wrote.',
  ),
  segment_hash: sha256('SHA-256 of a segment or file.'),
  file_name: text('Where a file is: `s3://bucket/key`, or its path.'),
  file_version: text('What changes when the content of a file does.'),
  byte_count: int('How many bytes.'),
  accepted_count: int('Events in a segment or file.'),
  landed_count: int('Events that were new and are in the raw tables.'),
  duplicate_count: int('Events that had landed before.'),
  rejected_count: int('Events that were set aside.'),
  loaded_at: timestamp('When a load laid it into the warehouse.'),
  outcome: words('What became of an event, or of a file of events.', ['landed', 'rejected']),
  received_at: timestamp('When it was received.'),
  violation: words("RudderStack's word for what an event breaks.", [
    'Required-Missing',
    'Datatype-Mismatch',
    'Additional-Properties',
    'Unplanned-Event',
    'Unknown-Violation',
  ]),
  violation_path: text('Where in the event it breaks it, as a JSON pointer.'),
  set_aside_count: int('Events that were set aside and have not landed since.'),
  landed_since_count: int('Events that were set aside and have landed since, by a replay or sent again mended.'),
  first_received_at: timestamp('When the gateway received the first of them.'),
  last_received_at: timestamp('When the gateway received the last of them.'),
  message: json('The whole event as it came.'),
  table_name: text('A table.'),
  column_name: text('A column.'),
  column_value: text('The value that did not fit.'),
  row_id: text('The id of the row that the value belongs to.'),
  uuid_ts: timestamp('When a load laid it into the warehouse, to the second.'),

  // Closing
  cutoff_at: timestamp('What was learned before it is in the period; what is learned later is booked later.'),
  closed_by: text('Who closed the period.'),
  posting_count: int('How many postings.'),
  seal: sha256('SHA-256 over the frozen postings of a period and the seal before it.'),
  previous_seal: sha256('The seal of the period before; none for the first.'),

  blocked: bool('Whether a check stops what it guards.'),
} satisfies Record<string, Field>;

export type FieldName = keyof typeof FIELDS;

/** A column: a field's name, with `?` behind it where it may be absent. */
export type Column = FieldName | `${FieldName}?`;

type ValueOf<N extends FieldName> = TypeScriptOf[(typeof FIELDS)[N]['type']];
type Required<C extends Column> = C extends FieldName ? C : never;
type Optional<C extends Column> = C extends `${infer N extends FieldName}?` ? N : never;

/** The row type of a list of columns. */
export type RowOf<C extends Column> = { readonly [N in Required<C>]: ValueOf<N> } & {
  readonly [N in Optional<C>]: ValueOf<N> | null;
};

/** A column's field name, whether it may be absent, and its declaration. */
export function columnOf(column: Column): { name: FieldName; optional: boolean; field: Field } {
  const optional = column.endsWith('?');
  const name = (optional ? column.slice(0, -1) : column) as FieldName;
  return { name, optional, field: FIELDS[name] };
}
