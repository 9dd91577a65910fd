import { setTimeout as timer } from 'node:timers/promises';
import { Unavailable } from '../../warehouse/errors.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Run } from '../job.ts';
import { assertLease } from '../lease.ts';
import { isAsApproved } from './approval.ts';
import { transferGroupOf } from './batch-ids.ts';
import type { CurrentFacts } from './current-facts.ts';
import { lifeOf, type NextStep, nextStep, type PayoutLife } from './payout-life.ts';
import { type LogStep, logOf, StepRefused, takeStep } from './payout-log.ts';
import { type PlannedLine, payeeOf, plannedLines } from './planned-lines.ts';
import { reasonAgainst } from './rails/stripe/account.ts';
import type { StripeTransfers } from './rails/stripe/stripe-transfers.ts';
import { differenceFrom, type MadeTransfer, type Refused, type TransferBody } from './rails/stripe/transfer.ts';
import { stopOf } from './stop-of.ts';
import { changed, currencyNotHeld, endsByItself, noFunds, type Stop } from './stop-reasons.ts';

/** The most requests per key, and keys, that a run uses before it leaves the payout to the next run. */
const TRIES = 3;

/** How long a request may wait for its turn before the payout and the lease are read again. */
const FRESH_MS = 30_000;

/** What the payouts of one run share. */
export interface Sending {
  readonly run: Run;
  readonly transfers: StripeTransfers;
  readonly period: Period;
  /** The transfers that existed before this run, by transfer group. */
  readonly made: ReadonlyMap<string, readonly MadeTransfer[]>;
  readonly facts: () => Promise<CurrentFacts>;
  /** Whether new attempts are made. Without, as once the next month is closed, an attempt that was made is only taken to its end. */
  readonly attempts: boolean;
  /** The smallest amount that was refused for lack of funds in this run, by currency: no larger one is requested. */
  readonly unfunded: Map<string, bigint>;
  /** Whether a payout is cancelled because the platform's balance does not have its currency. */
  readonly isCancelledFor: (currency: string) => Promise<boolean>;
}

export interface Settled {
  /** Why the outcome of the last request is unknown. */
  readonly unanswered?: string;
  /** Why the last request was refused, if nothing is known that would make the next one succeed. */
  readonly refused?: string;
}

/** One payout, taken step by step. After a crash at any point, it continues from its log and the transfers that exist. */
export class SettledPayout {
  readonly #sending: Sending;
  readonly #payoutId: string;
  /** As it is in the store now; read again before each step, because it may be changed meanwhile. */
  #line: PlannedLine;
  #unanswered: string | undefined;
  #refusal: string | undefined;
  /** Whether this run has checked everything before the request that is in progress. */
  #isIntended = false;
  /** When the payout and the lease were read, in ms. */
  #readAt = 0;
  /** Why Stripe's last refusal keeps it back, until a transfer is looked up. */
  #refused: { readonly stop: Stop } | { readonly failure: string } | undefined;

  constructor(sending: Sending, line: PlannedLine) {
    this.#sending = sending;
    this.#payoutId = line.payout_id;
    this.#line = line;
  }

  /** Takes steps until the payout has ended or must wait for the next run. */
  async settle(): Promise<Settled> {
    for (let steps = 0; steps < 4 * TRIES; steps++) {
      const life = lifeOf(await this.#read());
      const step = nextStep(life, this.#run.clock.now());
      if (step.step === 'none') break;
      try {
        if (!(await this.#take(step, life))) break;
      } catch (error) {
        // A person, or another run, has taken a step meanwhile: look again.
        if (!(error instanceof StepRefused)) throw error;
      }
    }
    return {
      ...(this.#unanswered !== undefined && { unanswered: this.#unanswered }),
      ...(this.#refusal !== undefined && { refused: this.#refusal }),
    };
  }

  get #run(): Run {
    return this.#sending.run;
  }

  async #read() {
    const { operational, runId, clock } = this.#run;
    await assertLease(operational, runId);
    this.#readAt = clock.now();
    this.#line = await plannedLines(operational).where('line.payout_id', '=', this.#payoutId).executeTakeFirstOrThrow();
    return logOf(operational, this.#payoutId);
  }

  /** Takes one step; false if the payout must wait. */
  async #take(step: Exclude<NextStep, { step: 'none' }>, life: PayoutLife): Promise<boolean> {
    // Of the payout, whatever its request says now.
    const transfer_group = transferGroupOf(this.#line);
    const made = this.#sending.made.get(transfer_group);
    if (made) return this.#found(made, { step, life });
    if (step.step === 'look_up' || (step.step === 'send' && !this.#isIntended)) {
      const found = await this.#sending.transfers.find({ transfer_group });
      if (found.length > 0) return this.#found(found, { step, life });
      if (step.step === 'look_up') return this.#afterProvenAbsence(step, life);
      // The intent is of an earlier run: what has become known since may speak against repeating its request. Then, and once the next month is
      // closed, its absence is proven when the key has expired.
      this.#isIntended = this.#sending.attempts && (await this.#release(life));
      return this.#isIntended;
    }
    if (step.step === 'send') return this.#send(step, life);
    if (!this.#sending.attempts) return this.#write({ state: 'cancelled', reason: 'period_closed' });
    return this.#intend(step.attempt, life);
  }

  async #found(
    transfers: readonly MadeTransfer[],
    { step, life }: { step: Exclude<NextStep, { step: 'none' }>; life: PayoutLife },
  ): Promise<boolean> {
    const [transfer, ...others] = transfers;
    invariant(transfer, 'A transfer that was found is there.');
    if (others.length > 0) {
      const ids = transfers.map(({ transfer_id }) => transfer_id).join(' and ');
      return this.#hold(life, {
        reason: 'transfer_repeated',
        detail: `Stripe has ${transfers.length} transfers for it, ${ids}; reverse all but one of them.`,
      });
    }
    return this.#sent(transfer, { attempt: step.attempt, life });
  }

  async #sent(
    transfer: MadeTransfer,
    { attempt, life }: { readonly attempt: number; readonly life: PayoutLife },
  ): Promise<boolean> {
    if (!isAsApproved(this.#line, life)) return this.#hold(life, changed(transfer.transfer_id));
    const detail = differenceFrom(this.#body(), transfer);
    if (detail !== undefined) return this.#hold(life, { reason: 'transfer_differs', detail });
    return this.#write({ state: 'sent', attempt, transfer_id_stripe: transfer.transfer_id });
  }

  /** No transfer exists for the attempts so far. */
  async #afterProvenAbsence(
    { attempt, next }: { readonly attempt: number; readonly next: number },
    life: PayoutLife,
  ): Promise<boolean> {
    const refused = this.#refused;
    this.#refused = undefined;
    const end = this.#endWithoutTransfer(attempt, {
      life,
      failure: refused && 'failure' in refused ? refused.failure : undefined,
    });
    if (end && next === attempt) {
      const reason = 'The key was too old to be used again; there is no transfer for it.';
      return this.#write({ state: 'key_spent', attempt, reason });
    }
    if (end) return this.#write(end);
    if (refused && 'stop' in refused) return this.#hold(life, refused.stop);
    return this.#intend(next, life);
  }

  /** How the payout ends, now that there is no transfer; undefined if it is requested again. */
  #endWithoutTransfer(
    attempt: number,
    { life, failure }: { readonly life: PayoutLife; readonly failure: string | undefined },
  ): LogStep | undefined {
    if (life.hold?.reason === 'to_be_cancelled') return { state: 'cancelled', reason: 'by_finance' };
    const tooLate = life.attempt?.reason ?? 'The next month was closed before it was sent.';
    const reason = this.#sending.attempts ? failure : tooLate;
    return reason === undefined ? undefined : { state: 'failed', attempt, reason };
  }

  /** Checks everything once more, right before the intent. */
  async #intend(attempt: number, life: PayoutLife): Promise<boolean> {
    if (!life.isApproved || !(await this.#release(life))) return false;
    const { currency } = this.#line;
    if (await this.#sending.isCancelledFor(currency))
      return this.#write({ state: 'cancelled', ...currencyNotHeld(currency) });
    this.#isIntended = await this.#write({ state: 'intent', attempt });
    return true;
  }

  /** Whether nothing is against sending it: a hold that ends by itself is then released, and what is against it holds it. */
  async #release(life: PayoutLife): Promise<boolean> {
    if (life.hold?.isOfPerson || (life.hold && !endsByItself(life.hold.reason))) return false;
    const stop = await this.#stop(life);
    if (stop) return this.#hold(life, stop);
    return life.hold ? this.#write({ state: 'released' }) : true;
  }

  async #stop(life: PayoutLife): Promise<Stop | undefined> {
    const { run, transfers, facts, unfunded } = this.#sending;
    const known = stopOf(run, { line: this.#line, life, facts: await facts() });
    if (known) return known;
    const { currency, amount_minor } = this.#line;
    const refused = unfunded.get(currency);
    if (refused !== undefined && amount_minor >= refused) return noFunds(currency);
    const against = reasonAgainst(await transfers.readAccount(this.#body().destination), payeeOf(this.#line));
    // If Stripe has none of the accounts, the key is probably another platform's.
    if (against?.reason === 'payout_account_missing') this.#refusal = against.sentence;
    return against && { reason: against.reason, detail: against.sentence };
  }

  async #send(
    { attempt, until }: { readonly attempt: number; readonly until: number },
    life: PayoutLife,
  ): Promise<boolean> {
    const { batch_id, payout_id } = this.#line;
    const key = `${batch_id}/${payout_id}/a${attempt}`;
    if (!isAsApproved(this.#line, life)) return this.#hold(life, changed());
    for (let tries = 0; tries < TRIES; tries++) {
      this.#run.interruption.throwIfAborted();
      // Asked when it is the request's turn: Stripe must still keep the key, and nobody may have taken over meanwhile.
      const mayStart = (): boolean => {
        const now = this.#run.clock.now();
        return !this.#run.interruption.aborted && now < until && now - this.#readAt < FRESH_MS;
      };
      const outcome = await this.#sending.transfers.request({ body: this.#body(), key, mayStart });
      if (outcome.outcome === 'not_started') return true;
      if (outcome.outcome === 'made') {
        this.#unanswered = undefined;
        return this.#sent(outcome.transfer, { attempt, life });
      }
      if (outcome.outcome === 'refused') return this.#recordRefusal(outcome, attempt);
      this.#unanswered = outcome.reason;
      await (this.#run.wait ?? timer)(100 * 2 ** tries);
    }
    return false;
  }

  /** True if the next step is to look the transfer up. */
  async #recordRefusal(refused: Refused, attempt: number): Promise<boolean> {
    this.#unanswered = undefined;
    const { next, keyIsSpent, reason } = refused;
    if (keyIsSpent) await this.#write({ state: 'key_spent', attempt, reason });
    if (next === 'stop_batch')
      throw new Unavailable(
        `The payouts of ${this.#sending.period} could not be sent: Stripe refuses all of them (${reason.replace(/\.$/, '')}); put that right, then run send-payouts again.`,
      );
    this.#refused = this.#afterRefusal(refused);
    if (next === 'hold' || next === 'fail') this.#refusal = reason;
    return keyIsSpent;
  }

  #afterRefusal({ next, reason }: Refused): { stop: Stop } | { failure: string } | undefined {
    const { currency, amount_minor } = this.#line;
    if (next === 'new_key') return undefined;
    if (next === 'fail') return { failure: reason };
    if (next === 'wait_for_account') return { stop: { reason: 'payout_account_not_active', detail: reason } };
    if (next !== 'wait_for_funds') return { stop: { reason: 'refused', detail: reason } };
    const { unfunded } = this.#sending;
    const smallest = unfunded.get(currency);
    if (smallest === undefined || amount_minor < smallest) unfunded.set(currency, amount_minor);
    return { stop: noFunds(currency) };
  }

  /** Keeps it back, and says so once; the hold of a person stays in force beside it. Always false. */
  async #hold({ lastStop }: PayoutLife, stop: Stop): Promise<boolean> {
    if (lastStop?.reason === stop.reason && lastStop.detail === stop.detail) return false;
    await this.#write({ state: 'held', ...stop });
    return false;
  }

  /** Adds a step to the log; always true. */
  async #write(step: LogStep): Promise<true> {
    const { run, period } = this.#sending;
    const author = { changed_by: run.startedBy, run_id: run.runId };
    await takeStep(run, { line: this.#line, period, author, step });
    return true;
  }

  #body(): TransferBody {
    const text = requirePresent(this.#line.body, `The payout ${this.#payoutId} is payable but has no request.`);
    return JSON.parse(text) as TransferBody;
  }
}
