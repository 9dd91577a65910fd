import { setTimeout as timer } from 'node:timers/promises';
import { Conflict, NotFound, Rejected, Unavailable } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Job, Outcome, Run, Services } from '../job.ts';
import { assertLease } from '../lease.ts';
import { isAsApproved } from './approval.ts';
import { transferGroupOf } from './batch-ids.ts';
import { type BatchPayout, payoutsOf } from './batch-payouts.ts';
import { batchesOf } from './batches.ts';
import { stateOf } from './payout-life.ts';
import { StepRefused } from './payout-log.ts';
import { fileOfPayout } from './rails/bank/bank-files.ts';
import { openTransfers } from './rails/stripe/open-transfers.ts';
import type { StripeTransfers } from './rails/stripe/stripe-transfers.ts';
import type { MadeReversal, Refused } from './rails/stripe/transfer.ts';
import {
  changedSince,
  isWhole,
  type PayoutReversal,
  reportReversals,
  type TransferredPayout,
} from './report-reversals.ts';
import { addOutcome, openAttempt, requestOf } from './reversal-log.ts';

/** The most requests of a run, each after a look-up. */
const TRIES = 3;

interface ReversalOptions {
  readonly payoutId: string;
  /** Why; a sentence. */
  readonly sentence: string;
}

/** Takes back the whole of what is left of one transfer. After a crash at any point, it continues from its log and the reversals that exist. */
export const reversePayout: Job<ReversalOptions> = {
  name: 'reverse-payout',
  meaning: "Takes a payout that was sent back from the creator's account, as a whole; its amount is owed again.",
  about: 'period',
  readOptions({ payout_id, because = '', ...others }) {
    const [unknown] = Object.keys(others);
    if (unknown !== undefined || payout_id === undefined)
      throw new Rejected('reverse-payout takes the options payout_id and because, and needs both.');
    const sentence = because.trim();
    if (sentence === '' || sentence.length > 500)
      throw new Rejected('Say in a sentence of at most 500 characters why the payout is to be reversed.');
    return { payoutId: payout_id, sentence };
  },
  async run(run, period, options) {
    const { payoutId, sentence } = requirePresent(options, 'The options of reverse-payout were read.');
    const payout = await requirePayoutToReverse(run, { period, id: payoutId });
    return new Reversing(run, { payout, sentence }).reverse();
  },
};

interface PayoutToReverse extends TransferredPayout {
  readonly isReversed: boolean;
  readonly isAsApproved: boolean;
}

/**
 * The payout of a period by its id, or by that of the creator if only one of theirs was sent: otherwise a command that is given again could
 * take back the payout that was made since. Throws `NotFound`, `Rejected` and, if it was not sent, `Conflict`.
 */
export async function requirePayoutToReverse(
  stores: Pick<Services, 'operational'>,
  { period, id }: { period: Period; id: string },
): Promise<PayoutToReverse> {
  const batches = await batchesOf(stores, period);
  const payouts = await payoutsOf(
    stores.operational,
    batches.map(({ batch_id }) => batch_id),
  );
  const ofPayout = payouts.filter(({ line }) => line.payout_id === id);
  const named = ofPayout.length > 0 ? ofPayout : payouts.filter(({ line }) => line.creator_id === id);
  if (named.length === 0)
    throw new NotFound(
      `${period} has no payout ${id}, and no payout of a creator ${id}; see payouts status ${period}.`,
    );
  const sent = named.flatMap((each) => sentPayoutOf(each, period));
  const [payout] = sent;
  if (!payout) {
    const states = named.map(({ line, life }) => `${line.payout_id} is ${stateOf(life)}`).join(', ');
    throw new Conflict(
      `Nothing of ${id} was sent for ${period} that could be reversed: ${states}; what is not sent yet is cancelled with "tantieme payouts cancel ${period} ${id} --because …".`,
    );
  }
  if (sent.length > 1) {
    const choices = sent.map((each) => `${each.payout_id}${each.isReversed ? ' (reversed)' : ''}`).join(', ');
    throw new Rejected(`${id} was sent ${sent.length} payouts of ${period}: ${choices}; name the one to be reversed.`);
  }
  const file = await fileOfPayout(stores.operational, payout.payout_id);
  if (file !== undefined)
    throw new Conflict(
      `The payout ${payout.payout_id} was paid by the bank file ${file}: ask the bank to recall it. What comes back is read with "tantieme payouts bank-answer".`,
    );
  if (!payout.isAsApproved) throw new Conflict(changedSince(payout.payout_id));
  return payout;
}

function sentPayoutOf({ line, life }: BatchPayout, period: Period): PayoutToReverse[] {
  const { end } = life;
  if (end === undefined || !['sent', 'confirmed', 'reversed'].includes(end.state)) return [];
  const transfer_id_stripe = requirePresent(end.transferId, `The payout ${line.payout_id} was sent with a transfer.`);
  const isReversed = end.state === 'reversed';
  return [{ ...line, period, transfer_id_stripe, isReversed, isAsApproved: isAsApproved(line, life) }];
}

class Reversing {
  readonly #run: Run;
  readonly #transfers: StripeTransfers;
  readonly #payout: PayoutToReverse;
  readonly #sentence: string;
  readonly #keys = new Set<string | null>();
  #refused: Refused | undefined;
  #unanswered: string | undefined;

  constructor(run: Run, { payout, sentence }: { payout: PayoutToReverse; sentence: string }) {
    this.#run = run;
    this.#transfers = openTransfers(run);
    this.#payout = payout;
    this.#sentence = sentence;
  }

  /** Looks up what is reversed before each request, and reports it once nothing is left. */
  async reverse(): Promise<Outcome> {
    if (!this.#payout.isReversed) await this.#assertOnlyTransfer();
    for (let tries = 0; ; tries++) {
      const made = await this.#transfers.reversalsOf(this.#payout.transfer_id_stripe);
      const reversals = made.map(reversalOf);
      if (this.#payout.isReversed || isWhole(this.#payout, reversals)) return this.#report(made, reversals);
      if (this.#refused && this.#refused.next !== 'new_key') throw this.#refusal(this.#refused);
      if (tries === TRIES) throw this.#unknown();
      if (this.#unanswered !== undefined) await (this.#run.wait ?? timer)(100 * 2 ** tries);
      try {
        await this.#request();
      } catch (error) {
        // Another run has taken a step meanwhile: look again.
        if (!(error instanceof StepRefused)) throw error;
      }
    }
  }

  /** While another transfer for the payout stands, the reversal of this one leaves nothing owed; so the other one must go first. */
  async #assertOnlyTransfer(): Promise<void> {
    const { payout_id, transfer_id_stripe } = this.#payout;
    const standing = await this.#transfers.find({ transfer_group: transferGroupOf(this.#payout) });
    const others = standing.map(({ transfer_id }) => transfer_id).filter((id) => id !== transfer_id_stripe);
    if (others.length > 0)
      throw new Conflict(
        `The payout ${payout_id} was not reversed: beside ${transfer_id_stripe}, Stripe has ${others.join(' and ')} for it, so it would still be paid; reverse that at Stripe first, then run this again.`,
      );
  }

  async #request(): Promise<void> {
    const { attempt, request } = await requestOf(this.#run, { payout: this.#payout, sentence: this.#sentence });
    this.#run.interruption.throwIfAborted();
    await assertLease(this.#run.operational, this.#run.runId);
    this.#keys.add(request.key);
    const outcome = await this.#transfers.reverse(request);
    this.#unanswered = outcome.outcome === 'unknown' ? outcome.reason : undefined;
    this.#refused = outcome.outcome === 'refused' ? outcome : undefined;
    if (outcome.outcome !== 'refused') return;
    const { keyIsSpent, reason } = outcome;
    if (keyIsSpent) await addOutcome(this.#run, this.#payout, { state: 'key_spent', attempt, reason });
  }

  async #report(made: readonly MadeReversal[], reversals: readonly PayoutReversal[]): Promise<Outcome> {
    const run = this.#run;
    const payout = this.#payout;
    await reportReversals(run, {
      payout,
      reversals,
      also: async (transaction) => {
        for (const { key, reversal_id: reversal_id_stripe } of made) {
          const attempt = await openAttempt(transaction, payout, key);
          if (attempt === undefined) continue;
          await addOutcome({ ...run, operational: transaction }, payout, {
            state: 'made',
            attempt,
            reversal_id_stripe,
          });
        }
      },
    });
    const { payout_id, creator_id, period, currency, amount_minor, transfer_id_stripe } = payout;
    return {
      ...{
        payout_id,
        creator_id,
        period,
        currency,
        amount: minorToDecimal(amount_minor, currency),
        transfer_id_stripe,
      },
      state: 'reversed',
      reversal_ids_stripe: reversals.map(({ id_stripe }) => id_stripe),
      was_reversed_before: !made.some(({ key }) => this.#keys.has(key)),
      next: `The books show it after the next "tantieme pull-stripe", which the schedule runs every hour, and the next build of the month; then "tantieme payouts plan ${period}" plans the amount again, or it is a part of the next month's balance.`,
    };
  }

  /** As the table of refusals says: the platform's fault passes once it is put right, every other refusal needs a decision. */
  #refusal({ next, reason }: Refused): Conflict | Unavailable {
    const { payout_id, creator_id, account_id_stripe, amount_minor, currency } = this.#payout;
    const cause = reason.replace(/\.$/, '');
    if (next === 'stop_batch')
      return new Unavailable(
        `The payout ${payout_id} was not reversed: Stripe refuses every request (${cause}); put that right, then run ${this.#command} again, which takes it back only once.`,
      );
    if (next !== 'wait_for_funds' && next !== 'wait_for_account')
      return new Conflict(
        `The payout ${payout_id} could not be reversed: Stripe refuses it (${cause}); put that right, then run ${this.#command} again.`,
      );
    const amount = minorToDecimal(amount_minor, currency);
    return new Conflict(
      `The payout ${payout_id} could not be reversed: ${amount} ${currency} cannot be taken from the account ${account_id_stripe} now (${cause}); run ${this.#command} again once they can, or deduct them from the balance of ${creator_id} with "tantieme corrections propose balance".`,
    );
  }

  #unknown(): Unavailable {
    const cause = (this.#refused?.reason ?? this.#unanswered ?? 'another run works on it').replace(/\.$/, '');
    return new Unavailable(
      `It is not known yet whether the payout ${this.#payout.payout_id} was reversed (${cause}); run ${this.#command} again, which looks at Stripe first and takes it back only once.`,
    );
  }

  get #command(): string {
    return `"tantieme payouts reverse ${this.#payout.period} ${this.#payout.payout_id} --because …"`;
  }
}

function reversalOf({ reversal_id, amount_minor, currency, created_at }: MadeReversal): PayoutReversal {
  return { id_stripe: reversal_id, amount_minor, currency, created_at };
}
