import type Stripe from 'stripe';
import { instant } from '../../warehouse/clock.ts';
import type { ValueRow, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { takeInstant } from '../load/warehouse-time.ts';
import { minorOf } from './amounts.ts';
import { STRIPE_QUERIES } from './queries.ts';
import { commonColumns, everyObject, idOf, instantOf, money, type RecordKind } from './resource.ts';
import type { Send } from './retry.ts';
import { type ReadAt, storeRecords, versionAt } from './store-records.ts';
import * as tables from './tables.ts';

/** Records inside one connected account, as read at one time. What is undefined was not read. */
export interface ConnectedRecords {
  readonly account: string;
  readonly payouts?: readonly Stripe.Payout[];
  readonly balance?: Stripe.Balance;
  /** All of the account: one that is stored and missing here is deleted. */
  readonly externalAccounts?: readonly Stripe.ExternalAccount[];
}

/** Reads the balance of a connected account. Rejects with the client's errors. */
export function readBalance(stripe: Stripe, account: string, send: Send): Promise<Stripe.Balance> {
  return send(() => stripe.balance.retrieve({}, { stripeAccount: account }));
}

/** Reads all external accounts of a connected account. Rejects with the client's errors. */
export async function readExternalAccounts(
  stripe: Stripe,
  account: string,
  send: Send,
): Promise<readonly Stripe.ExternalAccount[]> {
  const all: Stripe.ExternalAccount[] = [];
  const pages = everyObject<Stripe.ExternalAccount>(
    (page) => stripe.accounts.listExternalAccounts(account, page),
    send,
  );
  for await (const each of pages) all.push(each);
  return all;
}

/** Stores what has changed; returns the number of records and currencies that have. */
export async function storeConnected(
  writer: WarehouseWriter,
  { account, payouts = [], balance, externalAccounts }: ConnectedRecords,
  at: ReadAt,
): Promise<number> {
  let changed = await storeRecords(writer, payoutIn(account), payouts, at);
  if (balance) changed += await storeBalance(writer, { account, balance }, at);
  if (externalAccounts) changed += await storeExternalAccounts(writer, { account, externalAccounts }, at);
  return changed;
}

const payoutIn = (account_id_stripe: string): RecordKind<Stripe.Payout> => ({
  object: 'payout',
  table: tables.connectedPayouts,
  account_id_stripe,
  rowOf: (record) => ({
    account_id_stripe,
    ...commonColumns(record),
    ...money(record),
    status_stripe: record.status,
    payout_method: record.method,
    is_automatic: record.automatic,
    arrives_at: instantOf(record.arrival_date),
    balance_transaction_id_stripe: idOf(record.balance_transaction),
    failure_balance_transaction_id_stripe: idOf(record.failure_balance_transaction),
    failure_code: record.failure_code,
  }),
});

interface DeletedExternalAccount {
  readonly id: string;
  readonly object: 'bank_account' | 'card';
  readonly deleted: true;
}

type AnyExternalAccount = Stripe.ExternalAccount | DeletedExternalAccount;

const EXTERNAL_KINDS = ['bank_account', 'card'] as const;

const externalAccountIn = (
  account_id_stripe: string,
  object: (typeof EXTERNAL_KINDS)[number],
): RecordKind<AnyExternalAccount> => ({
  object,
  table: tables.externalAccounts,
  account_id_stripe,
  rowOf: (record) => ({
    account_id_stripe,
    id_stripe: record.id,
    external_account_kind: record.object,
    is_deleted: record.deleted === true,
    object_stripe: JSON.stringify(record),
    ...(record.deleted !== true && {
      currency: record.currency?.toUpperCase() ?? null,
      country_stripe: record.country,
      status_stripe: record.status ?? null,
      is_default: record.default_for_currency ?? null,
    }),
  }),
});

async function storeExternalAccounts(
  writer: WarehouseWriter,
  { account, externalAccounts }: { account: string; externalAccounts: readonly Stripe.ExternalAccount[] },
  at: ReadAt,
): Promise<number> {
  const known = await writer.query<{ id_stripe: string; external_account_kind: (typeof EXTERNAL_KINDS)[number] }>(
    ...STRIPE_QUERIES.external_accounts_of(account),
  );
  const listed = new Set(externalAccounts.map(({ id }) => id));
  const deleted = known
    .filter(({ id_stripe }) => !listed.has(id_stripe))
    .map(({ id_stripe, external_account_kind }) => ({
      id: id_stripe,
      object: external_account_kind,
      deleted: true as const,
    }));
  const all: readonly AnyExternalAccount[] = [...externalAccounts, ...deleted];
  let changed = 0;
  for (const kind of EXTERNAL_KINDS) {
    const some = all.filter(({ object }) => object === kind);
    changed += await storeRecords(writer, externalAccountIn(account, kind), some, at);
  }
  return changed;
}

interface StoredBalance extends ValueRow {
  readonly currency: string;
  readonly available_minor: bigint;
  readonly pending_minor: bigint;
  readonly pulled_at: string;
}

/** A currency that the balance no longer has is zero. A balance that was read later than this one takes precedence. */
async function storeBalance(
  writer: WarehouseWriter,
  { account, balance }: { account: string; balance: Stripe.Balance },
  { pulled_at, clock }: ReadAt,
): Promise<number> {
  const stored = await writer.query<StoredBalance>(...STRIPE_QUERIES.connected_balances_of(account));
  const byCurrency = new Map(stored.map((row) => [row.currency, row]));
  const currencies = new Set([
    ...sumsOf(balance.available).keys(),
    ...sumsOf(balance.pending).keys(),
    ...byCurrency.keys(),
  ]);
  const changed: ValueRow[] = [];
  for (const currency of [...currencies].sort()) {
    const available_minor = sumsOf(balance.available).get(currency) ?? 0n;
    const pending_minor = sumsOf(balance.pending).get(currency) ?? 0n;
    const last = byCurrency.get(currency);
    if (last && last.available_minor === available_minor && last.pending_minor === pending_minor) continue;
    const version = versionAt(last?.pulled_at, { pulled_at, now: instant(clock.now()) });
    if (version === undefined) continue;
    changed.push({ account_id_stripe: account, currency, available_minor, pending_minor, pulled_at: version });
  }
  if (changed.length === 0) return 0;
  const recorded_at = await takeInstant(writer, clock);
  await writer.append(
    tables.connectedBalances,
    changed.map((row) => ({ ...row, recorded_at })),
  );
  return changed.length;
}

function sumsOf(amounts: readonly { readonly amount: number; readonly currency: string }[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { amount, currency } of amounts) {
    const name = currency.toUpperCase();
    sums.set(name, (sums.get(name) ?? 0n) + minorOf(amount, currency));
  }
  return sums;
}
