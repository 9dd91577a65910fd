import { messageOf } from '../../../../warehouse/errors.ts';
import { stripeClient } from '../../../support/stripe/client.ts';
import { january } from '../../january.ts';
import type { ApprovedLine } from './approved-batch.ts';
import { CREATORS } from './creators.ts';
import type { Scene } from './scene.ts';
import type { Webhooks } from './webhooks.ts';

/** What happens at Stripe during a course without the senders. */
export class Interference {
  /** Transfers that somebody has made by hand, by id. */
  readonly madeByHand = new Set<string>();
  readonly #scene: Scene;
  readonly #webhooks: Webhooks;
  #isFunded = false;

  constructor(scene: Scene, webhooks: Webhooks) {
    this.#scene = scene;
    this.#webhooks = webhooks;
  }

  get isFunded(): boolean {
    return this.#isFunded;
  }

  /** The charges of January are available. */
  fund(): void {
    const { stripe, scheduler } = this.#scene;
    this.#isFunded = true;
    january(CREATORS, stripe);
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
    return acts;
  }

  /** The balance is funded, every account can be paid, and of two transfers of one payout that made by hand is reversed. */
  heal(): void {
    const { lines } = this.#scene;
    if (!this.#isFunded) this.fund();
    for (const { body } of lines) this.#change(body.destination, true);
    for (const { body } of lines) {
      const left = this.#standing().filter((each) => each.transfer_group === body.transfer_group);
      const byHand = left.filter(({ id }) => this.madeByHand.has(id));
      const wrong = byHand.filter(({ amount }) => left.length > 1 || amount !== body.amount);
      for (const { id, amount } of wrong) this.#reverseTransfer(id, amount);
    }
  }

  /** What was made by hand and is no payout is reversed. */
  reverseStrangers(sent: ReadonlySet<string>): void {
    for (const { id, amount } of this.#standing()) {
      if (this.madeByHand.has(id) && !sent.has(id)) this.#reverseTransfer(id, amount);
    }
  }

  #standing() {
    return this.#scene.stripe.transfers().filter(({ reversed }) => !reversed);
  }

  #line(): ApprovedLine {
    return this.#scene.random.pick(this.#scene.lines);
  }

  #toggle({ body: { destination } }: ApprovedLine): void {
    const { scheduler, random } = this.#scene;
    const enabled = random.chance(0.5);
    scheduler.note(`${destination} ${enabled ? 'has' : 'loses'} its capability`);
    this.#change(destination, enabled);
  }

  #change(id: string, enabled: boolean): void {
    this.#scene.stripe.changeAccount({ id, transfers_enabled: enabled, payouts_enabled: enabled });
    this.#webhooks.about('account.updated', { id, object: 'account' }, id);
  }

  #reverse(): void {
    const left = this.#standing();
    if (left.length === 0) return;
    const { id, amount } = this.#scene.random.pick(left);
    this.#reverseTransfer(id, amount);
  }

  #reverseTransfer(transfer: string, amount: number): void {
    const { stripe, scheduler } = this.#scene;
    const reversal = { id: `trr_${transfer}`, transfer, amount_minor: amount, created_at_ms: scheduler.now() };
    stripe.reverseTransfer(reversal);
    scheduler.note(`${transfer} is reversed by hand`);
    this.#webhooks.about('transfer.reversed', { id: transfer, object: 'transfer' });
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
}
