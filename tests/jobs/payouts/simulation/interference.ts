import { sql } from 'kysely';
import { canonicalJson } from '../../../../warehouse/canonical-json.ts';
import { messageOf } from '../../../../warehouse/errors.ts';
import { sha256Hex } from '../../../../warehouse/ids.ts';
import type { Random } from '../../../support/marketplace/prng.ts';
import { stripeClient } from '../../../support/stripe/client.ts';
import type { LocalStripe } from '../../../support/stripe/local-stripe.ts';
import type { ApprovedBatch, ApprovedLine } from './approved-batch.ts';
import type { Kind } from './kinds.ts';
import type { Scheduler } from './scheduler.ts';

/** How a row of the control store is edited behind the back of the senders. */
const EDITS = ['body', 'body_and_hash', 'amount', 'account', 'batch_state'] as const;

/** Somebody with an account at Stripe to whom no payout may go. */
export const THIEF = 'thief';

/** Where others interfere. */
export interface Scene {
  readonly batch: ApprovedBatch;
  readonly stripe: LocalStripe;
  readonly scheduler: Scheduler;
  readonly random: Random;
  has(kind: Kind): boolean;
}

/** What others do during a course: at Stripe, and in the control store by hand. */
export class Interference {
  /** Transfers that somebody has made by hand, by id. */
  readonly madeByHand = new Set<string>();
  /** The payouts whose line was edited. */
  readonly edited = new Set<string>();
  readonly #scene: Scene;
  #isFunded = false;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  fund(): void {
    const { stripe, scheduler } = this.#scene;
    this.#isFunded = true;
    for (const currency of ['usd', 'eur']) {
      stripe.charge({ id: `ch_${currency}`, amount_minor: 2000_00n, currency, created_at_ms: scheduler.now() });
    }
    scheduler.note('the balance is funded');
  }

  /** What somebody may do now. */
  acts(): (() => unknown)[] {
    const scene = this.#scene;
    const acts: (() => unknown)[] = [];
    if (!this.#isFunded) acts.push(() => this.fund());
    if (scene.has('capability')) acts.push(() => this.#toggle(this.#line()));
    if (scene.has('reversal')) acts.push(() => this.#reverse());
    if (scene.has('second_transfer')) acts.push(() => this.#transfer(this.#line()));
    if (scene.has('edit')) acts.push(() => this.#edit(this.#line()));
    return acts;
  }

  /** The balance is funded, every account can be paid, and of two transfers of one payout that made by hand is reversed. */
  heal(): void {
    const { stripe, batch } = this.#scene;
    if (!this.#isFunded) this.fund();
    for (const { body } of batch.lines) stripe.changeAccount({ id: body.destination, ...ENABLED });
    for (const { body } of batch.lines) {
      const left = stripe.transfers().filter((each) => each.transfer_group === body.transfer_group && !each.reversed);
      const byHand = left.filter(({ id }) => this.madeByHand.has(id));
      const wrong = byHand.filter(({ amount }) => left.length > 1 || amount !== body.amount);
      for (const { id, amount } of wrong) this.#reverseTransfer(id, amount);
    }
  }

  #line(): ApprovedLine {
    return this.#scene.random.pick(this.#scene.batch.lines);
  }

  #toggle({ body: { destination } }: ApprovedLine): void {
    const { stripe, scheduler, random } = this.#scene;
    const enabled = random.chance(0.5);
    stripe.changeAccount({ id: destination, transfers_enabled: enabled, payouts_enabled: enabled });
    scheduler.note(`${destination} ${enabled ? 'has' : 'loses'} its capability`);
  }

  #reverse(): void {
    const { stripe, random } = this.#scene;
    const left = stripe.transfers().filter((transfer) => !transfer.reversed);
    if (left.length === 0) return;
    const { id, amount } = random.pick(left);
    this.#reverseTransfer(id, amount);
  }

  #reverseTransfer(transfer: string, amount: number): void {
    const { stripe, scheduler } = this.#scene;
    stripe.reverseTransfer({
      ...{ id: `trr_${transfer}`, transfer },
      amount_minor: amount,
      created_at_ms: scheduler.now(),
    });
    scheduler.note(`${transfer} is reversed by hand`);
  }

  async #transfer({ body }: ApprovedLine): Promise<void> {
    const { stripe, scheduler, random } = this.#scene;
    const amount = random.chance(0.5) ? body.amount : body.amount - 1;
    const made = stripeClient(stripe).transfers.create({ ...body, amount });
    await scheduler.track(async () => {
      await made.then(
        ({ id }) => {
          this.madeByHand.add(id);
          scheduler.note(`${id} of ${amount} is made by hand in ${body.transfer_group}`);
        },
        (error: unknown) => scheduler.note(`a transfer by hand is refused: ${messageOf(error)}`),
      );
    });
  }

  async #edit({ payout_id, body }: ApprovedLine): Promise<void> {
    const { batch, scheduler, random } = this.#scene;
    const edit = random.pick(EDITS);
    const stolen = canonicalJson({ ...body, destination: `acct_${THIEF}`, amount: body.amount + 1 });
    const set = {
      body: sql`body = ${stolen}`,
      body_and_hash: sql`body = ${stolen}, body_hash = ${sha256Hex(stolen)}`,
      amount: sql`amount_minor = amount_minor + 1`,
      account: sql`account_id_stripe = ${`acct_${THIEF}`}`,
      batch_state: undefined,
    }[edit];
    const statement = set
      ? sql`update payout_lines set ${set} where payout_id = ${payout_id}`
      : sql`update payout_batches set state = 'approved'`;
    await scheduler.track(async () => {
      await statement.execute(batch.store).then(
        () => {
          if (set) this.edited.add(payout_id);
          scheduler.note(`${edit} of ${payout_id} is edited`);
        },
        (error: unknown) => scheduler.note(`an edit of ${payout_id} is refused: ${messageOf(error)}`),
      );
    });
  }
}

const ENABLED = { transfers_enabled: true, payouts_enabled: true } as const;
