import { setTimeout as wait } from 'node:timers/promises';
import type Stripe from 'stripe';
import { payoutFailed, payoutSent } from '../../ingest/events/payouts.ts';
import { enqueueEvent } from '../../ingest/outbox/enqueue-event.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict, Unavailable } from '../../warehouse/errors.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import type { PayoutLinesTable } from '../../warehouse/operational/schema.ts';
import { type Period, periodEnd } from '../../warehouse/period.ts';
import { type Job, type Run, requireStripe } from '../job.ts';
import { catchUp } from '../load-events.ts';
import { holdReader } from './holds.ts';
import { type LogEntry, nextStep } from './next-step.ts';
import {
  assertLatestClosedPeriod,
  assertNoLaterClosing,
  assertNotRunning,
  requireBatch,
  statusOf,
  type TransferBody,
} from './payouts.ts';
import { findTransfer, requestTransfer, requireSameTransfer, transfersOf } from './rails/stripe/transfer.ts';

/** The most requests per key, and keys, that a run uses before it leaves the payout to the next run. */
const TRIES = 3;

/** After this many payouts in a row without an answer from Stripe, a run stops instead of waiting for each of the others. */
const UNANSWERED_IN_A_ROW = 3;

/** The only code that moves money. */
export const sendPayouts: Job = {
  name: 'send-payouts',
  meaning: 'Sends the approved payouts of a period to Stripe, each exactly once.',
  about: 'period',
  async run(run, period) {
    const stripe = requireStripe(run);
    const batch = await requireBatch(run, period);
    if (batch.state === 'planned')
      throw new Conflict(
        `The payouts of ${period} cannot be sent: they are not approved; someone other than ${batch.planned_by} must approve them first.`,
      );
    if (batch.state === 'approved') {
      await assertNotRunning(run, ['close-period']);
      await assertLatestClosedPeriod(run, period);
      await sendAll(run, { stripe, batchId: batch.batch_id, period });
    }
    await catchUp(run);
    return summaryOf(run, batch.batch_id);
  },
};

async function sendAll(
  run: Run,
  { stripe, batchId, period }: { stripe: Stripe; batchId: string; period: Period },
): Promise<void> {
  const lines = await run.operational
    .selectFrom('payout_lines')
    .selectAll()
    .where('batch_id', '=', batchId)
    .where('reason', '=', 'payable')
    .orderBy('payout_id')
    .execute();
  // A transfer that exists is not requested again, even if our log was lost or restored from an older backup.
  const made = await transfersOf(stripe, { batchId, since: periodEnd(period) });
  const currentHolds = holdReader(run);
  let ended = 0;
  let unanswered = 0;
  for (const [index, line] of lines.entries()) {
    run.interruption.throwIfAborted();
    const onHold = (await currentHolds()).has(line.creator_id);
    const payout = new Payout(run, { stripe, line, period, made, onHold });
    if (await payout.settle()) ended++;
    if (payout.unanswered !== undefined) unanswered++;
    else if (!onHold) unanswered = 0;
    if (unanswered === UNANSWERED_IN_A_ROW) {
      throw new Unavailable(
        `The remaining payouts of ${period} could not be sent: Stripe does not answer (${payout.unanswered}); run send-payouts again later.`,
      );
    }
    if (index % 25 === 24) run.progress(`${index + 1} of ${lines.length} payouts`);
  }
  if (ended === lines.length)
    await run.operational
      .updateTable('payout_batches')
      .set({ state: 'sent' })
      .where('batch_id', '=', batchId)
      .execute();
}

interface PayoutOptions {
  readonly stripe: Stripe;
  readonly line: PayoutLinesTable;
  readonly period: Period;
  /** The transfers that Stripe had before this run, by transfer group. */
  readonly made: ReadonlyMap<string, Stripe.Transfer>;
  /** Whether a break keeps it back. */
  readonly onHold: boolean;
}

/** One payout. After a crash at any point, it continues from its log and the transfers at Stripe. */
class Payout {
  readonly #run: Run;
  readonly #stripe: Stripe;
  readonly #line: PayoutLinesTable;
  readonly #period: Period;
  readonly #body: TransferBody;
  readonly #made: Stripe.Transfer | undefined;
  readonly #onHold: boolean;
  /** Why the outcome of the last request is unknown; undefined if it is known. */
  unanswered: string | undefined;

  constructor(run: Run, { stripe, line, period, made, onHold }: PayoutOptions) {
    const text = requirePresent(line.body, `The payout ${line.payout_id} is payable but has no request.`);
    invariant(
      sha256Hex(text) === line.body_hash,
      `The request of the payout ${line.payout_id} is not the one that was approved.`,
    );
    this.#run = run;
    this.#stripe = stripe;
    this.#line = line;
    this.#period = period;
    this.#body = JSON.parse(text) as TransferBody;
    this.#made = made.get(this.#body.transfer_group);
    this.#onHold = onHold;
  }

  /**
   * Takes steps until the payout has ended (true) or must wait for the next run (false). A payout on hold waits before its first intent;
   * after it, its outcome may be unknown, so it is taken to its end.
   */
  async settle(): Promise<boolean> {
    for (let tries = 0; tries < 3 * TRIES; tries++) {
      const step = nextStep(await this.#log(), this.#run.clock.now());
      if (step.step === 'none') return true;
      if (this.#made) await this.#sent(requireSameTransfer(this.#made, this.#body), step.attempt);
      else if (step.step === 'intend' && this.#onHold) return false;
      else if (step.step === 'intend') await this.#intend(step.attempt);
      else if (step.step === 'look_up') await this.#lookUp(step);
      else if (!(await this.#send(step.attempt, step.until))) return false;
    }
    return false;
  }

  /** A closing checks for intents after its claim, so a payout that lapses with it is not requested, however slow this run is. */
  async #intend(attempt: number): Promise<void> {
    await this.#write('intent', attempt);
    await assertNoLaterClosing(this.#run, this.#period);
  }

  async #send(attempt: number, until: number): Promise<boolean> {
    const key = `${this.#line.batch_id}/${this.#line.payout_id}/a${attempt}`;
    for (let tries = 0; tries < TRIES; tries++) {
      this.#run.interruption.throwIfAborted();
      // Checked immediately before the request, because the write may have been slow: Stripe must still keep the key.
      if (this.#run.clock.now() >= until) return true;
      const result = await requestTransfer(this.#stripe, { body: this.#body, key });
      this.unanswered = result.outcome === 'unknown' ? result.reason : undefined;
      if (result.outcome === 'sent') {
        await this.#sent(result.transfer, attempt);
        return true;
      }
      if (result.outcome === 'refused') {
        await this.#write('key_spent', attempt, { reason: result.reason });
        return this.#afterRefusal(result, attempt);
      }
      await wait(100 * 2 ** tries);
    }
    return false;
  }

  /** A permanent refusal ends the payout, once it is proven that no transfer exists. */
  async #afterRefusal(
    { next, reason }: { next: 'now' | 'later' | 'never'; reason: string },
    attempt: number,
  ): Promise<boolean> {
    if (next === 'now') return true;
    const transfer = await findTransfer(this.#stripe, this.#body);
    if (transfer) await this.#sent(transfer, attempt);
    else if (next === 'never') await this.#failed(reason, attempt);
    else return false;
    return true;
  }

  async #lookUp({ attempt, spendKey }: { attempt: number; spendKey: boolean }): Promise<void> {
    const transfer = await findTransfer(this.#stripe, this.#body);
    if (transfer) await this.#sent(transfer, attempt);
    else {
      if (spendKey)
        await this.#write('key_spent', attempt, {
          reason: 'The key was too old to be used again; Stripe has no transfer for it.',
        });
      await this.#write('intent', attempt + 1);
    }
  }

  async #sent(transfer: Stripe.Transfer, attempt: number): Promise<void> {
    await this.#end(attempt, { state: 'sent', transfer_id_stripe: transfer.id, reason: null });
  }

  async #failed(reason: string, attempt: number): Promise<void> {
    await this.#end(attempt, { state: 'failed', transfer_id_stripe: null, reason });
  }

  /** Writes the outcome of the payout and its event in one transaction. */
  async #end(
    attempt: number,
    end: { state: 'sent' | 'failed'; transfer_id_stripe: string | null; reason: string | null },
  ): Promise<void> {
    const { payout_id, batch_id, creator_id, currency, amount_minor } = this.#line;
    const at = instant(this.#run.clock.now());
    const properties = {
      payout_id,
      batch_id,
      creator_id,
      currency,
      payout_period: this.#period,
      amount: minorToDecimal(amount_minor, currency),
      account_id_stripe: this.#body.destination,
    };
    await this.#run.operational.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('payout_log')
        .values({ payout_id, attempt, logged_at: at, ...end })
        .execute();
      const event = { messageId: `${payout_id}-${end.state}`, occurredAt: at };
      if (end.transfer_id_stripe) {
        await enqueueEvent(transaction, {
          ...event,
          declaration: payoutSent,
          properties: { ...properties, transfer_id_stripe: end.transfer_id_stripe },
        });
      } else {
        await enqueueEvent(transaction, {
          ...event,
          declaration: payoutFailed,
          properties: { ...properties, reason: (end.reason || 'refused').slice(0, 500) },
        });
      }
    });
  }

  async #write(
    state: 'intent' | 'key_spent',
    attempt: number,
    { reason = null }: { reason?: string | null } = {},
  ): Promise<void> {
    await this.#run.operational
      .insertInto('payout_log')
      .values({
        payout_id: this.#line.payout_id,
        state,
        attempt,
        logged_at: instant(this.#run.clock.now()),
        transfer_id_stripe: null,
        reason,
      })
      .execute();
  }

  async #log(): Promise<LogEntry[]> {
    return this.#run.operational
      .selectFrom('payout_log')
      .select(['state', 'attempt', 'logged_at'])
      .where('payout_id', '=', this.#line.payout_id)
      .orderBy('entry')
      .execute();
  }
}

async function summaryOf(run: Run, batchId: string): Promise<Record<string, unknown>> {
  const status = await statusOf(run, batchId);
  const count = (state: string): number => status.filter((line) => line.state === state).length;
  const waiting = status.filter(({ state }) => state === 'planned' || state === 'intent' || state === 'key_spent');
  const onHold = waiting.filter(({ reason }) => reason === 'break_open').length;
  return {
    batch_id: batchId,
    sent: count('sent'),
    failed: count('failed'),
    waiting: waiting.length,
    skipped: count('skipped'),
    ...(onHold > 0 && { on_hold: onHold }),
  };
}
