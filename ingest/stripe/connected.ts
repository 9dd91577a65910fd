import type Stripe from 'stripe';
import { instant } from '../../warehouse/clock.ts';
import { textList } from '../../warehouse/text-list.ts';
import type { ValueRow, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { takeInstant } from '../load/warehouse-time.ts';
import { minorOf } from './amounts.ts';
import * as tables from './connected-tables.ts';
import { STRIPE_QUERIES } from './queries.ts';
import { commonColumns, everyObject, idOf, instantOf, money, type RecordKind, type StripeRecord } from './resource.ts';
import type { Send } from './retry.ts';
import { type ReadAt, storeRecords, versionAt } from './store-records.ts';

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

/** A record inside a connected account, with the account: ids are compared within it. */
interface Within<T extends StripeRecord> extends StripeRecord {
  readonly object: T['object'];
  readonly account: string;
  readonly record: T;
}

function within<T extends StripeRecord>(account: string, record: T): Within<T> {
  return { id: record.id, object: record.object, account, record };
}

/** Stores what has changed in some accounts; returns the number of records and of balances that have. */
export async function storeConnected(
  writer: WarehouseWriter,
  accounts: readonly ConnectedRecords[],
  at: ReadAt,
): Promise<number> {
  const payouts = accounts.flatMap(({ account, payouts: some = [] }) => some.map((each) => within(account, each)));
  return (
    (await storeRecords(writer, connectedPayout, payouts, at)) +
    (await storeBalances(writer, accounts, at)) +
    (await storeExternalAccounts(writer, accounts, at))
  );
}

const connectedPayout: RecordKind<Within<Stripe.Payout>> = {
  object: 'payout',
  table: tables.connectedPayouts,
  accountOf: ({ account }) => account,
  rowOf: ({ account, record }) => ({
    account_id_stripe: account,
    ...commonColumns(record),
    ...money(record),
    status_stripe: record.status,
    payout_method: record.method,
    is_automatic: record.automatic,
    arrives_at: instantOf(record.arrival_date),
    balance_transaction_id_stripe: idOf(record.balance_transaction),
    failure_balance_transaction_id_stripe: idOf(record.failure_balance_transaction),
    failure_code: record.failure_code,
    reversed_by_id_stripe: idOf(record.reversed_by),
    original_payout_id_stripe: idOf(record.original_payout),
  }),
};

/** What is stored of an external account that is no longer listed. */
interface DeletedExternalAccount {
  readonly id: string;
  readonly object: Stripe.ExternalAccount['object'];
  readonly deleted: true;
}

type AnyExternalAccount = Stripe.ExternalAccount | DeletedExternalAccount;

const externalAccount = (object: Stripe.ExternalAccount['object']): RecordKind<Within<AnyExternalAccount>> => ({
  object,
  table: tables.externalAccounts,
  accountOf: ({ account }) => account,
  rowOf: ({ account, record }) => ({
    account_id_stripe: account,
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
  accounts: readonly ConnectedRecords[],
  at: ReadAt,
): Promise<number> {
  const read = new Map(
    accounts.flatMap((each) => (each.externalAccounts ? [[each.account, each.externalAccounts]] : [])),
  );
  if (read.size === 0) return 0;
  const known = await writer.query<{ account_id_stripe: string; id_stripe: string; external_account_kind: string }>(
    ...STRIPE_QUERIES.external_accounts_of(textList([...read.keys()])),
  );
  const deleted = known
    .filter(({ account_id_stripe, id_stripe }) => !read.get(account_id_stripe)?.some(({ id }) => id === id_stripe))
    .map(({ account_id_stripe, id_stripe, external_account_kind }) => {
      const object = external_account_kind as DeletedExternalAccount['object'];
      return within<AnyExternalAccount>(account_id_stripe, { id: id_stripe, object, deleted: true });
    });
  const listed = [...read].flatMap(([account, some]) => some.map((each) => within<AnyExternalAccount>(account, each)));
  let changed = 0;
  for (const [object, some] of Map.groupBy([...listed, ...deleted], (each) => each.object)) {
    changed += await storeRecords(writer, externalAccount(object), some, at);
  }
  return changed;
}

interface StoredBalance extends ValueRow {
  readonly account_id_stripe: string;
  readonly currency: string;
  readonly available_minor: bigint;
  readonly pending_minor: bigint;
  readonly pulled_at: string;
}

/** A currency that a balance no longer has is zero. A balance that was read later than this one takes precedence. */
async function storeBalances(
  writer: WarehouseWriter,
  accounts: readonly ConnectedRecords[],
  { pulled_at, clock }: ReadAt,
): Promise<number> {
  const names = accounts.filter(({ balance }) => balance).map(({ account }) => account);
  if (names.length === 0) return 0;
  const stored = await writer.query<StoredBalance>(...STRIPE_QUERIES.connected_balances_of(textList(names)));
  const byAccount = Map.groupBy(stored, ({ account_id_stripe }) => account_id_stripe);
  const now = instant(clock.now());
  const changed: ValueRow[] = [];
  for (const { account, balance } of accounts) {
    if (!balance) continue;
    const last = new Map((byAccount.get(account) ?? []).map((row) => [row.currency, row]));
    const [available, pending] = [sumsOf(balance.available), sumsOf(balance.pending)];
    for (const currency of new Set([...available.keys(), ...pending.keys(), ...last.keys()])) {
      const known = last.get(currency);
      const amounts = { available_minor: available.get(currency) ?? 0n, pending_minor: pending.get(currency) ?? 0n };
      if (known?.available_minor === amounts.available_minor && known.pending_minor === amounts.pending_minor) continue;
      const version = versionAt(known?.pulled_at, { pulled_at, now });
      if (version) changed.push({ account_id_stripe: account, currency, ...amounts, pulled_at: version });
    }
  }
  if (changed.length === 0) return 0;
  const recorded_at = await takeInstant(writer, clock);
  await writer.append(
    tables.connectedBalances,
    changed.map((row) => ({ ...row, recorded_at })),
  );
  return changed.length;
}

/** By currency, in upper case. */
function sumsOf(amounts: readonly { readonly amount: number; readonly currency: string }[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { amount, currency } of amounts) {
    const name = currency.toUpperCase();
    sums.set(name, (sums.get(name) ?? 0n) + minorOf(amount, currency));
  }
  return sums;
}
