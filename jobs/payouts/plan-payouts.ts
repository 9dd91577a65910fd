import { requireSealed } from '../../transforms/ledger/seal.ts';
import { canonicalJson } from '../../warehouse/canonical-json.ts';
import { instant } from '../../warehouse/clock.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { Conflict, Unavailable } from '../../warehouse/errors.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import { insertable } from '../../warehouse/operational/insertable.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type {
  PayoutBatchesTable,
  PayoutLineAccountsTable,
  PayoutLinesTable,
} from '../../warehouse/operational/payout-tables.ts';
import { nextPeriod, type Period, parsePeriod } from '../../warehouse/period.ts';
import type { Job, Run } from '../job.ts';
import { catchUp } from '../load-events.ts';
import { type QuarantinedMoney, quarantinedMoney } from '../quarantined-money.ts';
import { isSamePerson } from '../same-person.ts';
import { SCHEDULE } from './approval.ts';
import { batchIdOf } from './batch-ids.ts';
import { type BatchPayout, endBatch, payoutsOf, unfinishedOf } from './batch-payouts.ts';
import { assertLatestClosedPeriod, assertNotRunning, assertPayoutsRecorded, batchesOf, payoutIdOf } from './batches.ts';
import {
  balanceKeyOf,
  type CurrentBalance,
  currentBalances,
  currentReason,
  payableByRail,
} from './current-balances.ts';
import { currentHolds } from './holds.ts';
import { assertCompared, lastComparison } from './last-comparison.ts';
import type { PayoutLife } from './payout-life.ts';
import { addStep } from './payout-log.ts';
import { accountRowOf } from './planned-lines.ts';
import type { AccountToPay } from './rails/rail.ts';
import { RAILS } from './rails/rails.ts';
import { assertAsApproved, sendBatch } from './send-batch.ts';

export const planPayouts: Job = {
  name: 'plan-payouts',
  meaning:
    'Plans the payouts of a closed period: a payout for each payable balance, and a reason for each of the others.',
  about: 'period',
  async run(run, period) {
    const { seal } = await requireSealed(run.warehouse, period);
    await assertLatestClosedPeriod(run, period);
    await assertNotRunning(run, ['close-period']);
    const earlier = await earlierOf(run, period);
    const sequence = requireNextSequence(run, earlier);
    // A line that was moved out of its batch is in none of those that keep their balances back.
    for (const each of earlier.batches) if (each.state === 'approved') await assertAsApproved(run, each);
    await assertCompared(run, { period, sequence, act: 'planned', isBesideOpen: earlier.unfinished.length > 0 });
    await catchUp(run);
    await settleEarlier(run, period);
    await assertPayoutsRecorded(run, { writer: run.warehouse, period, act: 'paid out' });
    const comparison = run.stripe && (await lastComparison(run, period));
    if (comparison) run.progress(comparison.comparison);
    const batch = newBatch(run, { period, sequence, seal });
    const { batch_id } = batch;
    const { lines, accounts } = await planned(run, { period, batch_id, isFirst: sequence === 1 });
    if (sequence > 1 && !lines.some(({ reason }) => reason === 'payable')) throw new Conflict(nothingMore(earlier));
    await store(run, { batch, lines, accounts });
    const payable = lines.filter(({ reason }) => reason === 'payable').length;
    const onHold = lines.filter(({ reason }) => reason === 'break_open').length;
    const waiting = await quarantinedMoney(run.warehouse, nextPeriod(period));
    return {
      batch_id,
      payouts: payable,
      skipped: lines.length - payable,
      // Left out of this batch for good; what they are owed stays in the balance.
      ...(onHold > 0 && { on_hold: onHold }),
      // Of earlier batches, which go on by themselves.
      ...(earlier.unfinished.length > 0 && { in_progress: earlier.unfinished.length }),
      ...comparison,
      ...(waiting.length > 0 && { quarantined_money: waiting.map(countedOf) }),
    };
  },
};

/**
 * The number of the next batch of a period. A first one that is approved, or of which all payouts have ended, is followed by another, planned by a person:
 * for those that were cancelled, failed or reversed, or that could not be planned before. Throws `Conflict`.
 */
function requireNextSequence(run: Run, { period, batches, unfinished }: Earlier): number {
  const last = batches.at(-1);
  if (last === undefined) return 1;
  const isWaiting = last.state === 'planned' && unfinished.some(({ line }) => line.batch_id === last.batch_id);
  if (isWaiting || isSamePerson(run.startedBy, SCHEDULE))
    throw new Conflict(`The payouts of ${period} are already ${last.state}.`);
  return last.sequence + 1;
}

function nothingMore({ period, unfinished }: Earlier): string {
  if (unfinished.length === 0)
    return `There is nothing more to be paid for ${period}: what was payable is already sent.`;
  return `There is nothing more to be paid for ${period} now: ${countOf(unfinished.length, 'payout')} ${unfinished.length === 1 ? 'that is already planned has' : 'that are already planned have'} not ended; see payouts status ${period}, and cancel those that are to be planned again.`;
}

/** The batches of a period so far, and their payouts that have not ended: no other payout is planned for the balances of these. */
interface Earlier {
  readonly period: Period;
  readonly batches: readonly PayoutBatchesTable[];
  readonly unfinished: readonly BatchPayout[];
}

async function earlierOf(run: Run, period: Period): Promise<Earlier> {
  const batches = await batchesOf(run, period);
  return { period, batches, unfinished: await unfinishedOf(run.operational, batches) };
}

/** Looks up what became of the payouts of earlier periods that were requested and whose outcome is not known; what cannot be settled waits. */
async function settleEarlier(run: Run, period: Period): Promise<void> {
  if (!run.stripe) return;
  const earlier = await run.operational
    .selectFrom('payout_batches')
    .selectAll()
    .where('period', '<', period)
    .where('state', '=', 'approved')
    .orderBy('period')
    .orderBy('sequence')
    .execute();
  for (const batch of earlier) {
    try {
      await sendBatch(run, batch);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      run.progress(`${batch.batch_id} could not be settled: ${error.message}`);
    }
  }
  if (earlier.length > 0) await catchUp(run);
}

function newBatch(
  run: Run,
  { period, sequence, seal }: { period: Period; sequence: number; seal: string },
): PayoutBatchesTable {
  return {
    ...{ batch_id: batchIdOf(period, sequence), period, sequence, state: 'planned', ledger_seal: seal },
    ...{ planned_by: run.startedBy, planned_at: instant(run.clock.now()) },
    ...{ approved_by: null, approved_at: null, approval_hash: null },
  };
}

interface Planned {
  readonly lines: readonly PayoutLinesTable[];
  /** Of the payable lines. */
  readonly accounts: readonly PayoutLineAccountsTable[];
}

async function planned(
  run: Run,
  { period, batch_id, isFirst }: { period: Period; batch_id: string; isFirst: boolean },
): Promise<Planned> {
  const now = run.clock.now();
  const holds = await currentHolds(run);
  const living = await livingPayouts(run, period);
  const due = (await currentBalances(run, period)).map((balance) => {
    const reason = currentReason(balance, { now, holdMs: run.accountHoldMs });
    const stop = living(balance) ?? (holds.has(balance.creator_id) ? 'break_open' : undefined);
    return { balance, reason: reason === 'payable' && stop !== undefined ? stop : reason };
  });
  const read = await accountsOf(run, { period, due });
  const lines = due.map(({ balance, reason }) => ({
    line: lineOf(balance, { batch_id, due: read.get(balance)?.reason ?? reason }),
    account: read.get(balance)?.account,
  }));
  const accounts = lines.flatMap(({ line: { payout_id, account_id_stripe }, account }) =>
    account_id_stripe !== null && account ? accountRowOf(payout_id, account, now) : [],
  );
  const all = lines.map(({ line }) => line);
  return { lines: isFirst ? all : all.filter(({ reason }) => reason === 'payable'), accounts };
}

/** What the rail of each payable balance reports of its account now. */
async function accountsOf(
  run: Run,
  { period, due }: { period: Period; due: readonly { balance: CurrentBalance; reason: string }[] },
): Promise<ReadonlyMap<CurrentBalance, AccountToPay>> {
  const payable = due.filter(({ reason }) => reason === 'payable').map(({ balance }) => balance);
  const read = new Map<CurrentBalance, AccountToPay>();
  for (const [rail, balances] of Map.groupBy(payable, ({ account_rail }) => account_rail)) {
    const ofRail = balances.map((balance) => ({ ...balance, account_id: balance.account_now ?? '' }));
    const accounts = await RAILS[rail].accountsOf(run, { period, due: ofRail });
    for (const [at, balance] of balances.entries())
      read.set(balance, requirePresent(accounts[at], `The rail ${rail} has read each account.`));
  }
  return read;
}

/**
 * Why a balance cannot be planned because of another payout: one of an earlier period whose outcome is not known, or one of this period that was
 * sent and not reversed. Of whom a payout is, its id says too, which is derived from what was planned: a line may have been edited since.
 */
async function livingPayouts(
  { operational }: Run,
  period: Period,
): Promise<(balance: CurrentBalance) => string | undefined> {
  const batches = await operational
    .selectFrom('payout_batches')
    .select(['batch_id', 'period'])
    .where((where) => where.or([where('period', '=', period), where('state', '=', 'approved')]))
    .execute();
  const ofPeriod = new Set(batches.filter((batch) => batch.period === period).map(({ batch_id }) => batch_id));
  const batchIds = batches.map(({ batch_id }) => batch_id);
  const living = new Map<string, string>();
  for (const { line, life } of await payoutsOf(operational, batchIds)) {
    const stop = stopBy(life, ofPeriod.has(line.batch_id));
    if (stop !== undefined) for (const key of [balanceKeyOf(line), line.payout_id]) living.set(key, stop);
  }
  return ({ creator_id, currency }) => {
    const payoutIds = batchIds.map((batch_id) => payoutIdOf({ batch_id, creator_id, currency }));
    return [balanceKeyOf({ creator_id, currency }), ...payoutIds].map((key) => living.get(key)).find(Boolean);
  };
}

function stopBy({ end, attempt }: PayoutLife, isOfPeriod: boolean): string | undefined {
  if (end === undefined) return attempt !== undefined || isOfPeriod ? 'payout_unsettled' : undefined;
  return isOfPeriod && (end.state === 'sent' || end.state === 'confirmed') ? 'paid_since_closing' : undefined;
}

/** Stores a batch, and cancels what of earlier periods was never requested: its amount is a part of the balances that are planned now. */
async function store(
  run: Run,
  { batch, lines, accounts }: Planned & { readonly batch: PayoutBatchesTable },
): Promise<void> {
  await run.operational.transaction().execute(async (transaction) => {
    await cancelLapsed(transaction, run, batch);
    await transaction.insertInto('payout_batches').values(batch).execute();
    for (const some of insertable(lines)) await transaction.insertInto('payout_lines').values(some).execute();
    for (const some of insertable(accounts))
      await transaction.insertInto('payout_line_accounts').values(some).execute();
  });
}

async function cancelLapsed(
  transaction: Operational,
  run: Run,
  { period, planned_at: at }: PayoutBatchesTable,
): Promise<void> {
  const earlier = await transaction
    .selectFrom('payout_batches')
    .selectAll()
    .where('period', '<', period)
    .where('state', 'in', ['planned', 'approved'])
    .execute();
  const batchIds = earlier.map(({ batch_id }) => batch_id);
  // Nobody takes a step of these meanwhile.
  await transaction
    .selectFrom('payout_lines')
    .select('payout_id')
    .where('batch_id', 'in', ['', ...batchIds])
    .forUpdate()
    .execute();
  const author = { changed_by: run.startedBy, run_id: run.runId };
  const periods = new Map(earlier.map((batch) => [batch.batch_id, parsePeriod(batch.period)]));
  for (const { line, life } of await payoutsOf(transaction, batchIds)) {
    if (life.end || life.attempt) continue;
    const step = { state: 'cancelled', reason: 'period_closed' } as const;
    const ofBatch = requirePresent(periods.get(line.batch_id), `The payout ${line.payout_id} has a batch.`);
    await addStep(transaction, { line, period: ofBatch, author, step, at });
  }
  for (const batchId of batchIds) await endBatch(transaction, batchId);
}

/** What waits in the quarantine since the closing, and may change what is owed. */
function countedOf({ source_id, event, reason, fact_count }: QuarantinedMoney): object {
  return { source_id, event, reason, events: Number(fact_count) };
}

/** The payout of a balance, or the reason why there is none. What the rail cannot express is left out, and stops nobody else's payout. */
function lineOf(balance: CurrentBalance, { batch_id, due }: { batch_id: string; due: string }): PayoutLinesTable {
  const { creator_id, currency, payable_minor, account_now, account_rail: rail } = balance;
  const payout_id = payoutIdOf({ batch_id, creator_id, currency });
  const amount_minor = payableByRail(balance);
  const payout = { payout_id, batch_id, creator_id, amount_minor, currency, account_id: account_now ?? '' };
  const request = due === 'payable' ? RAILS[rail].requestOf(payout) : undefined;
  const reason = due === 'payable' && request === undefined ? 'amount_not_transferable' : due;
  const line = { payout_id, batch_id, creator_id, currency, reason };
  if (request === undefined) return { ...line, amount_minor: 0n, account_id_stripe: null, body: null, body_hash: null };
  invariant(account_now, `The balance of ${creator_id} in ${currency} is payable, but has no account.`);
  const { closing_minor, paid_ahead_minor, held_minor } = balance;
  invariant(
    payable_minor === closing_minor - paid_ahead_minor - held_minor,
    `What is to be paid to ${creator_id} in ${currency} is not what the sealed balance leaves.`,
  );
  const body = canonicalJson(request);
  return { ...line, amount_minor, account_id_stripe: account_now, body, body_hash: sha256Hex(body) };
}
