import { join } from 'node:path';
import type { Wait } from '../../../ingest/stripe/retry.ts';
import { type Clock, instant } from '../../../warehouse/clock.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { minorToDecimal } from '../../../warehouse/money.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { ValueRow, Warehouse } from '../../../warehouse/warehouse.ts';
import { closeAt, openThoroughWarehouse } from '../../transforms/small-month.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { stripeClient } from '../stripe/client.ts';
import { type LocalStripe, STRIPE_LIMITS, startStripe } from '../stripe/local-stripe.ts';
import { februaryDisputes, januaryDisputes } from './base-disputes.ts';
import { februaryPayments, januaryPayments, minorAtStripe, ms } from './base-payments.ts';
import { februaryPlatform, fundBalances, januaryPlatform } from './base-platform.ts';
import { CREATOR_NAMES, creatorEvents, paid, payoutReversed, type Reported } from './events.ts';
import { pullAll, storeEvents } from './records.ts';

/** The months of the world; January is closed. */
export const JANUARY = parsePeriod('2026-01');
export const MONTHS = [JANUARY, parsePeriod('2026-02')] as const;

/** After everything in the world has happened, been reported and been pulled. */
export const END = '2026-03-02T04:00:00.000Z';

/** The creators who are owed money for January and not paid. */
const UNPAID = ['cr_hal', 'cr_ida', 'cr_joe'];

/** A marketplace of two months without a break: every kind of movement that is correct, at Stripe and in our events. */
export interface World extends AsyncDisposable {
  readonly warehouse: Warehouse;
  /** Of the local Stripe: all that has happened there, one commit a line. */
  readonly journalPath: string;
  /** What January's books owe the creators who are paid in EUR, in minor units, by creator. */
  readonly payable: ReadonlyMap<string, bigint>;
}

interface Making {
  readonly clock: Clock;
  readonly setTime: (at: string) => void;
  /** Lets time go by. */
  readonly wait: Wait;
  readonly stripe: LocalStripe;
  readonly warehouse: Warehouse;
}

/** Creates the world through the real client: two pulls, a closing between them, and the payouts of the closed month. */
export async function openWorld(): Promise<World> {
  const folder = await temporaryFolder();
  const journalPath = join(folder.path, 'journal.jsonl');
  let now = ms('2026-01-01T00:00:00.000Z');
  const clock = { now: () => now };
  const setTime = (at: string): void => {
    now = ms(at);
  };
  const stripe = await startStripe({ clock, apiKey: 'sk_test_local', journalPath, ...STRIPE_LIMITS });
  const warehouse = await openThoroughWarehouse();
  const wait = async (ms: number): Promise<void> => {
    now += ms;
  };
  const making = { clock, setTime, wait, stripe, warehouse };
  try {
    await makeJanuary(making);
    await closeAt(warehouse, '2026-01', '2026-02-02T04:30:00.000Z');
    await makeFebruary(making);
  } finally {
    await stripe.stop();
  }
  const promised = await promisedBy(warehouse);
  const inEuros = promised.filter(({ currency }) => currency === 'EUR');
  return {
    warehouse,
    journalPath,
    payable: new Map(inEuros.map(({ creator_id, payable_minor }) => [creator_id, payable_minor])),
    async [Symbol.asyncDispose]() {
      await warehouse.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function makeJanuary(making: Making): Promise<void> {
  const { stripe, setTime } = making;
  for (const name of [...CREATOR_NAMES, 'old']) {
    stripe.account({ id: `acct_${name}`, country: 'DE', transfers_enabled: true, payouts_enabled: true });
  }
  fundBalances(stripe);
  setTime('2026-01-05T06:00:00.000Z');
  const old = await pay(making, { creator: 'cr_old', period: '2025-12', amount: '17.00', currency: 'EUR' });
  const events = [...januaryPayments(stripe), ...januaryDisputes(stripe)];
  januaryPlatform(stripe);
  setTime('2026-02-02T04:00:00.000Z');
  await recordAndPull(making, [...CREATOR_NAMES.flatMap(creatorEvents), old, ...events]);
}

async function makeFebruary(making: Making): Promise<void> {
  const { stripe, setTime } = making;
  setTime('2026-02-02T06:00:00.000Z');
  const payouts = await payJanuary(making);
  const events = [...februaryPayments(stripe), ...februaryDisputes(stripe), ...comeBack(stripe, payouts)];
  februaryPlatform(stripe);
  setTime(END);
  await recordAndPull(making, [...payouts, ...events]);
}

/** Two parts of a payout in JPY come back, one of them in the last minute of the month. */
function comeBack(stripe: LocalStripe, payouts: readonly Reported[]): Reported[] {
  const sent = requirePresent(
    payouts.find(({ row }) => row.currency === 'JPY'),
    'A creator is paid in JPY for January.',
  );
  return ['2026-02-20T08:00:00.000Z', '2026-02-28T23:59:00.000Z'].map((at, index) => {
    const id = `trr_jpy_${index}`;
    const part = { transfer: String(sent.row.transfer_id_stripe), amount_minor: 5 + index, created_at_ms: ms(at) };
    stripe.reverseTransfer({ id, ...part });
    return payoutReversed(sent, { id, amount: String(5 + index), at });
  });
}

async function recordAndPull({ warehouse, clock, wait, stripe }: Making, events: readonly Reported[]): Promise<void> {
  await warehouse.transaction((writer) => storeEvents(writer, instant(clock.now() - 60_000), events));
  await pullAll({ warehouse, clock, wait, stripe: stripeClient(stripe) });
}

interface Promised {
  readonly creator_id: string;
  readonly currency: string;
  readonly payable_minor: bigint;
}

async function promisedBy(warehouse: Warehouse): Promise<Promised[]> {
  const rows = await warehouse.query<Promised & ValueRow>(
    `select creator_id, currency, payable_minor from ledger.balances
    where period = '2026-01' and payable_minor > 0 order by creator_id, currency`,
  );
  return [...rows];
}

/** Pays what January's books promise, but for some creators. */
async function payJanuary(making: Making): Promise<Reported[]> {
  const promised = await promisedBy(making.warehouse);
  const payouts: Reported[] = [];
  for (const { creator_id: creator, currency, payable_minor } of promised) {
    if (UNPAID.includes(creator)) continue;
    // Stripe transfers no thousandths that do not end in 0.
    const rest = currency === 'KWD' ? payable_minor % 10n : 0n;
    const amount = minorToDecimal(payable_minor - rest, currency);
    payouts.push(await pay(making, { creator, period: '2026-01', amount, currency }));
  }
  return payouts;
}

/** Sends a payout, as its job does, and reports it. */
async function pay(
  { stripe, clock }: Making,
  payout: { readonly creator: string; readonly period: string; readonly amount: string; readonly currency: string },
): Promise<Reported> {
  const { creator, period, amount, currency } = payout;
  const transfer = await stripeClient(stripe).transfers.create({
    amount: minorAtStripe(amount, currency),
    currency: currency.toLowerCase(),
    destination: creator.replace('cr_', 'acct_'),
    transfer_group: `batch_${period}:po_${creator}`,
  });
  return paid({ ...payout, transfer: transfer.id, at: instant(clock.now()) });
}
