import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import Stripe from 'stripe';
import { instant } from '../../warehouse/clock.ts';
import { messageOf, Unavailable } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { ValueRow, Warehouse } from '../../warehouse/warehouse.ts';
import { takeInstant } from '../load/warehouse-time.ts';
import { minorOf } from './amounts.ts';
import type { PullOptions } from './pull.ts';
import { STRIPE_QUERIES } from './queries.ts';
import { readSlice } from './read-slice.ts';
import type { StripeRecord } from './resource.ts';
import { balanceTransaction } from './resources.ts';
import { type Send, sendWithRetries } from './retry.ts';
import { storeRecords } from './store-records.ts';
import { balances } from './tables.ts';

interface BalancePull extends Pick<PullOptions, 'stripe' | 'clock' | 'wait'> {
  /** When the pull began that has read all balance transactions up to then; in milliseconds since the epoch. */
  readonly since: number;
}

/** The rows that were stored, or why there are none. */
type BalancePulled = { readonly stored: number } | { readonly reason: string };

/** Stripe may list a balance transaction late, with an older time. */
const OVERLAP_S = 60;

const MOST_ATTEMPTS = 5;

/**
 * Stores the platform's balance at an instant up to which all balance transactions are stored: for each balance type and
 * currency it is the sum of the nets of those created up to its `pulled_at`, inclusive. Stripe's times are whole seconds, so that instant is
 * the end of the last second before the request, and the balance must be the same before and after they were listed, with none created since. Otherwise it is
 * tried again a few times in later seconds. Never throws an error of Stripe's: the next pull stores a balance again.
 */
export async function pullBalance(
  warehouse: Warehouse,
  { wait = setTimeout, ...options }: BalancePull,
): Promise<BalancePulled> {
  const { clock } = options;
  const send = sendWithRetries(wait);
  try {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      if (attempt > 1) await wait(1000 - (clock.now() % 1000));
      const stored = await tryOnce(warehouse, { ...options, send });
      if (stored !== undefined) return { stored };
    }
    return { reason: `it changed during each of ${MOST_ATTEMPTS} readings` };
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError) && !(error instanceof Unavailable)) throw error;
    return { reason: messageOf(error) };
  }
}

/** The number of rows that were stored; undefined if the balance changed meanwhile. */
async function tryOnce(
  warehouse: Warehouse,
  { stripe, clock, send, since }: Omit<BalancePull, 'wait'> & { send: Send },
): Promise<number | undefined> {
  const began = clock.now();
  const second = Math.floor(began / 1000);
  const before = balanceRows(await send(() => stripe.balance.retrieve()));
  const created = { gte: Math.floor(since / 1000) - OVERLAP_S, lt: Math.floor(clock.now() / 1000) + 1 };
  const slice = await readSlice(balanceTransaction, { stripe, send, created, most: Number.POSITIVE_INFINITY });
  const { records } = requirePresent(slice, 'A slice without a limit is read.');
  const after = balanceRows(await send(() => stripe.balance.retrieve()));
  const isStill = isDeepStrictEqual(before, after) && !records.some((record) => createdOf(record) >= second);
  const pulled_at = instant(second * 1000 - 1);
  return warehouse.transaction(async (writer) => {
    await storeRecords(writer, balanceTransaction, records, { pulled_at: instant(began), clock });
    if (!isStill) return undefined;
    const known = await writer.query(...STRIPE_QUERIES.balances_since(pulled_at));
    if (known.length > 0) return 0;
    const recorded_at = await takeInstant(writer, clock);
    await writer.append(
      balances,
      before.map((row) => ({ ...row, pulled_at, recorded_at })),
    );
    return before.length;
  });
}

function createdOf(record: StripeRecord): number {
  return (record as Stripe.BalanceTransaction).created;
}

interface Amount {
  readonly amount: number;
  readonly currency: string;
}

interface BalanceParts {
  readonly available: readonly Amount[];
  readonly pending?: readonly Amount[] | undefined;
  readonly connect_reserved?: readonly Amount[] | undefined;
}

/** One row per balance type and currency, in the order of the currencies, without `pulled_at`. */
export function balanceRows(balance: Stripe.Balance): ValueRow[] {
  const { issuing, refund_and_dispute_prefunding: prefunding } = balance;
  return [
    ...partsByCurrency('payments', balance),
    ...(issuing ? partsByCurrency('issuing', issuing) : []),
    ...(prefunding ? partsByCurrency('refund_and_dispute_prefunding', prefunding) : []),
  ];
}

function partsByCurrency(balance_type: string, { available, pending = [], connect_reserved = [] }: BalanceParts) {
  const currencies = new Set([...available, ...pending, ...connect_reserved].map(({ currency }) => currency));
  return [...currencies].sort().map((currency) => ({
    balance_type,
    currency: currency.toUpperCase(),
    available_minor: sumIn(currency, available),
    pending_minor: sumIn(currency, pending),
    connect_reserved_minor: sumIn(currency, connect_reserved),
  }));
}

function sumIn(currency: string, amounts: readonly Amount[]): bigint {
  return amounts
    .filter((each) => each.currency === currency)
    .reduce((sum, { amount }) => sum + minorOf(amount, currency), 0n);
}
