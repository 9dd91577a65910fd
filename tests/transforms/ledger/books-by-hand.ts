import { createHash } from 'node:crypto';
import type { Value, ValueRow, WarehouseWriter } from '../../../warehouse/warehouse.ts';

/**
 * The seal of a period, computed from rows of `tantieme.*` and from this description alone. A kind of value says how its column is
 * written: text as it is, whole numbers in digits, decimals with nine places, days as 2026-01-31, instants in microseconds.
 */
type Kind = 'text' | 'int' | 'decimal' | 'day' | 'instant';

const [t, i, d] = ['text', 'int', 'decimal'] as const;

/** The sealed columns of each table, in their order. */
export const SEALED: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  postings: {
    ...{ journal_id: t, period: t, journal_kind: t, journal_on: 'day', source_reference: t, account: t },
    ...{ account_owner_id: t, currency: t, posting_amount: d },
  },
  statement_lines: {
    ...{ period: t, creator_id: t, currency: t, line_kind: t, asset_id: t, license_type: t },
    ...{ earned_period: t, terms_id: t, rate: d, fee_bps: i, share_bps: i, revenue_event_count: i, units: d },
    ...{ gross_amount: d, platform_fee_amount: d, line_amount_exact: d, line_amount_minor: i },
    ...{ correction_id: t, corrected_kind: t, corrected_id: t, correction_reason: t },
  },
  balances: {
    ...{ period: t, creator_id: t, currency: t, opening_minor: i, earnings_minor: i, refunds_minor: i },
    ...{ adjustments_minor: i, withheld_minor: i, payouts_minor: i, payout_reversals_minor: i, closing_minor: i },
    ...{ held_minor: i, paid_ahead_minor: i },
    ...{ carried_in_exact: d, carried_out_exact: d },
  },
  withholdings: {
    ...{ period: t, creator_id: t, currency: t, credited_on: 'day', payer_country: t, payee_status: t },
    ...{ status_basis: t, withholding_rule_id: t, withholding_rate_ppm: i, credited_amount: d },
    ...{ taxable_amount: d, withheld_minor: i, withheld_of_year_minor: i, not_given_back_minor: i },
  },
  carried_fractions: { period: t, creator_id: t, currency: t, carried_in_exact: d, carried_out_exact: d },
  sale_allocations: {
    ...{ period: t, movement_id: t, creator_id: t, movement_kind: t, sale_id: t, asset_id: t, developer_id: t },
    ...{ license_type: t, terms_id: t, currency: t, fee_bps: i, share_bps: i, gross_amount: d, royalty_amount: d },
    ...{ earned_period: t, occurred_at: 'instant' },
  },
  payouts: {
    ...{ period: t, payout_id: t, creator_id: t, payout_period: t, amount: d, currency: t, account_id_stripe: t },
    ...{ transfer_id_stripe: t, occurred_at: 'instant' },
  },
  payout_reversals: {
    ...{ period: t, reversal_id_stripe: t, payout_id: t, creator_id: t, payout_period: t, amount: d, currency: t },
    ...{ account_id_stripe: t, transfer_id_stripe: t, occurred_at: 'instant' },
  },
  suspended_facts: {
    ...{ period: t, fact_kind: t, fact_id: t, exception_reason: t, suspended_period: t, asset_id: t },
    ...{ license_type: t, developer_id: t, creator_id: t, sale_id: t, suspended_amount: d, currency: t, units: d },
    ...{ reported_right: t, occurred_at: 'instant' },
  },
  flagged_facts: {
    ...{ period: t, fact_kind: t, fact_id: t, exception_reason: t, flagged_period: t, asset_id: t },
    ...{ developer_id: t, sale_id: t, flagged_amount: d, currency: t, message_id: t, other_message_id: t },
    ...{ other_amount: d, other_currency: t, occurred_at: 'instant' },
  },
  period_totals: {
    ...{ period: t, currency: t, buyers_net_amount: d, creators_amount: d, platform_fee_amount: d },
    ...{ refunds_amount: d, rounding_amount: d, suspense_amount: d, residual_amount: d },
  },
};

/** Columns of these tables that no seal covers: whether a balance can be paid depends on the day; in which load a fact came changes no books. */
export const UNSEALED: Readonly<Record<string, readonly string[]>> = {
  balances: ['minimum_minor', 'payable_minor', 'payout_reason', 'account_id_stripe'],
  payouts: ['recorded_at'],
  payout_reversals: ['recorded_at'],
  suspended_facts: ['recorded_at'],
  flagged_facts: ['recorded_at'],
};

/** What statements show of the allocations of sales: those that are no earnings, without the developer. */
const MOVEMENTS: Readonly<Record<string, Kind>> = {
  ...{ period: t, creator_id: t, currency: t, movement_kind: t, asset_id: t, license_type: t, earned_period: t },
  ...{ terms_id: t, fee_bps: i, share_bps: i, movement_id: t, sale_id: t, occurred_at: 'instant' },
  ...{ gross_amount: d, royalty_amount: d },
};

const ON_NO_STATEMENT = ['postings', 'sale_allocations', 'suspended_facts', 'flagged_facts', 'period_totals'];

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
export const field = (text: string | null): string =>
  text === null ? '~' : `${new TextEncoder().encode(text).length}:${text}`;
const sortedHash = (hashes: readonly string[], before = ''): string =>
  sha256(`${before}${[...hashes].sort().join('')}`);

function written(value: Value, kind: Kind): string | null {
  if (value === null) return null;
  const text = String(value);
  if (kind === 'instant') return `${Date.parse(text)}000`;
  if (kind !== 'decimal') return text;
  const [whole, places = ''] = text.split('.');
  return `${whole}.${places.padEnd(9, '0')}`;
}

const leafOf = (table: string, row: ValueRow, columns: Readonly<Record<string, Kind>>): string =>
  sha256(
    [table, ...Object.entries(columns).map(([name, kind]) => written(row[name] ?? null, kind))].map(field).join(''),
  );

function keyOf(table: string, row: ValueRow): string | undefined {
  return ON_NO_STATEMENT.includes(table) ? undefined : field(String(row.creator_id)) + field(String(row.currency));
}

/** The root of the tree: nodes below a prefix of four digits, these below one of three, and so on. */
function rootOf(hashes: ReadonlyMap<string, string>, digits = 4): string {
  const above = Map.groupBy(hashes, ([prefix]) => prefix.slice(0, digits));
  const level = [...above].map(([prefix, below]) => [prefix, sortedHash(below.map(([, hash]) => hash))] as const);
  return digits === 0 ? (level[0]?.[1] ?? '') : rootOf(new Map(level), digits - 1);
}

/** The digest of the keys of the uses of a period: in 1,024 buckets by their first bits, each sorted. */
async function factKeysByHand(reader: Pick<WarehouseWriter, 'query'>, period: string): Promise<string> {
  const keys = await reader.query<{ key_hash: bigint; key_check: bigint }>(
    `select key_hash, key_check from ledger.fact_keys where period = '${period}'`,
  );
  const buckets = Map.groupBy(keys, ({ key_hash }) => key_hash >> 50n);
  const sorted = [...buckets.keys()].sort((a, b) => Number(a - b));
  const order = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
  const digests = sorted.map((bucket) =>
    sha256(
      (buckets.get(bucket) ?? [])
        .toSorted((a, b) => order(a.key_hash, b.key_hash) || order(a.key_check, b.key_check))
        .map((key) => `${key.key_hash}:${key.key_check}`)
        .join(','),
    ),
  );
  return sha256(field('fact keys') + field(digests.join('')));
}

/** The seal of the first period that was closed. */
export async function sealByHand(reader: Pick<WarehouseWriter, 'query'>, period: string): Promise<string> {
  const nodes = new Map<string, Map<string, string[]>>();
  const others: string[] = [];
  const tables = [
    ...Object.entries(SEALED).map(([table, columns]) => [table, columns, `tantieme.${table} where true`] as const),
    ['movements', MOVEMENTS, `tantieme.sale_allocations where movement_kind <> 'earning'`] as const,
  ];
  for (const [table, columns, from] of tables) {
    for (const row of await reader.query(`select * from ${from} and period = '${period}'`)) {
      const [key, leaf] = [keyOf(table, row), leafOf(table, row, columns)];
      if (key === undefined) others.push(leaf);
      else {
        const parts = nodes.get(key) ?? new Map<string, string[]>();
        nodes.set(key, parts.set(table, [...(parts.get(table) ?? []), leaf]));
      }
    }
  }
  const [close] = await reader.query<{ blinding_secret: string }>(
    `select blinding_secret from ledger.closes where period = '${period}'`,
  );
  const blindOf = (purpose: string, key = ''): string =>
    field(sha256(field('blind') + field(String(close?.blinding_secret)) + field(purpose) + key));
  const hashes = [...nodes].map(([key, parts]) => {
    const digests = [...parts].map(([table, leaves]) => sortedHash(leaves, field('part') + field(table) + key));
    return [sha256(key), sortedHash(digests, field('node') + blindOf('node', key) + key)] as const;
  });
  const buckets = Map.groupBy(others, (leaf) => leaf.slice(0, 3));
  const root = rootOf(new Map(hashes));
  const rowsHash = sortedHash([...buckets.values()].map((leaves) => sortedHash(leaves)));
  const factKeysHash = field(await factKeysByHand(reader, period));
  const othersHash = sha256(field('others') + blindOf('others') + factKeysHash + field(rowsHash));
  return sha256(['tantieme books', '1', period, null, root, othersHash].map(field).join(''));
}
