import { setTimeout as timer } from 'node:timers/promises';
import { messageOf, Unavailable } from '../../../warehouse/errors.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import type { Run } from '../../job.ts';
import { assertLease, LeaseLost } from '../../lease.ts';
import { lineHashOf } from '../approval.ts';
import type { BatchPayout } from '../batch-payouts.ts';
import { lifeOf } from '../payout-life.ts';
import { logOf, StepRefused } from '../payout-log.ts';
import { isOfMissingAccount } from '../rails/stripe/account.ts';
import type { InstantPayouts, InstantRequest } from '../rails/stripe/instant-payouts.ts';
import type { TransferBody } from '../rails/stripe/transfer.ts';
import { addInstantStep, type InstantStep, lastInstantStep, requestIn } from './instant-log.ts';

/** How long after a payout was sent an instant payout is still worth asking for: then Stripe's schedule has paid it out, or soon will. */
export const WINDOW_MS = 24 * 60 * 60 * 1000;

/** The most requests of a run. */
const TRIES = 3;

/** How long a request may wait for its turn before the lease is read again. */
const FRESH_MS = 30_000;

interface InstantResult {
  readonly state: 'made' | 'declined' | 'waiting';
  /** Why Stripe's last answer says nothing. */
  readonly reason?: string;
  /** Why Stripe refuses every request: that is not this payout's. */
  readonly stop?: string;
}

const WAITING: InstantResult = { state: 'waiting' };

/**
 * The instant payout of one payout that was sent. It has one key for all its life: whatever does not come of it is paid out by Stripe's schedule,
 * so nothing is worth a second key. After a crash at any point, it continues from its log and what Stripe has.
 */
export class InstantPayout {
  readonly #run: Run;
  readonly #rail: InstantPayouts;
  readonly #payout: BatchPayout;
  /** Whether no request with the key can have left before those of this run. */
  #isOwn = false;

  constructor(run: Run, { rail, payout }: { rail: InstantPayouts; payout: BatchPayout }) {
    this.#run = run;
    this.#rail = rail;
    this.#payout = payout;
  }

  async settle(): Promise<InstantResult> {
    try {
      const step = (await this.#last()) ?? (await this.#intend());
      if (step === undefined) return WAITING;
      return step.state === 'intent' ? await this.#request(step) : { state: step.state };
    } catch (error) {
      // Another run has taken a step meanwhile.
      if (error instanceof StepRefused) return WAITING;
      if (isOfMissingAccount(error)) return this.#decline(messageOf((error as Error).cause));
      if (!(error instanceof Unavailable) || error instanceof LeaseLost) throw error;
      return { ...WAITING, reason: error.message };
    }
  }

  get #id(): string {
    return this.#payout.line.payout_id;
  }

  #last(): Promise<InstantStep | undefined> {
    return lastInstantStep(this.#run.operational, this.#id);
  }

  /** Stores what is to be requested, or why nothing is; undefined if it is not the payout that was approved and sent. */
  async #intend(): Promise<InstantStep | undefined> {
    const { line } = this.#payout;
    const life = lifeOf(await logOf(this.#run.operational, this.#id));
    const isSent = life.end?.state === 'sent' || life.end?.state === 'confirmed';
    const text = line.body ?? '';
    if (!isSent || lineHashOf(line) !== life.approvedHash || sha256Hex(text) !== line.body_hash) return undefined;
    const transfer = JSON.parse(text) as TransferBody;
    const offer = await this.#rail.offerFor(transfer);
    if ('declined' in offer) await addInstantStep(this.#run, this.#id, { state: 'declined', reason: offer.declined });
    else {
      const key = `${line.batch_id}/${this.#id}/i1`;
      const request = { account: transfer.destination, key, body: offer.body };
      await addInstantStep(this.#run, this.#id, { state: 'intent', request });
      this.#isOwn = true;
    }
    return this.#last();
  }

  /** An intent of an earlier run is looked up before it is requested again. */
  async #request(intent: InstantStep): Promise<InstantResult> {
    const request = requestIn(intent);
    if (!this.#isOwn) {
      const found = await this.#found(request);
      if (found) return found;
      if (!intent.is_fresh)
        return this.#decline('What became of the request is not known; after 20 hours Stripe has no payout for it.');
    }
    let reason = '';
    for (let tries = 0; tries < TRIES; tries++) {
      const { operational, runId, clock, interruption, wait = timer } = this.#run;
      interruption.throwIfAborted();
      await assertLease(operational, runId);
      const readAt = clock.now();
      const outcome = await this.#rail.request(request, {
        mayStart: () => !interruption.aborted && clock.now() - readAt < FRESH_MS,
      });
      if (outcome.outcome === 'made') return this.#made(outcome.payoutIdStripe);
      if (outcome.outcome === 'refused') {
        if (outcome.next === 'stop_batch' && !outcome.keyIsSpent) return { ...WAITING, stop: outcome.reason };
        const found = await this.#found(request);
        if (found) return found;
        // A refusal that Stripe has not stored says nothing of an earlier request.
        return outcome.keyIsSpent || (this.#isOwn && tries === 0) ? this.#decline(outcome.reason) : WAITING;
      }
      if (outcome.outcome === 'unknown') reason = outcome.reason;
      await wait(100 * 2 ** tries);
    }
    return reason === '' ? WAITING : { ...WAITING, reason };
  }

  async #found({ account }: InstantRequest): Promise<InstantResult | undefined> {
    const sentAt = requirePresent(this.#payout.life.sentAt, `The payout ${this.#id} was sent.`);
    // A day before: Stripe's clock and ours may differ.
    const [id] = await this.#rail.find({ account, payoutId: this.#id, since: Date.parse(sentAt) - WINDOW_MS });
    return id === undefined ? undefined : this.#made(id);
  }

  async #made(payout_id_stripe: string): Promise<InstantResult> {
    await addInstantStep(this.#run, this.#id, { state: 'made', payout_id_stripe });
    return { state: 'made' };
  }

  async #decline(reason: string): Promise<InstantResult> {
    await addInstantStep(this.#run, this.#id, { state: 'declined', reason: reason.slice(0, 1000) });
    return { state: 'declined' };
  }
}
