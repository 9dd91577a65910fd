import { type Random, seeded } from '../../support/marketplace/prng.ts';
import { eventAbout, notificationAbout } from '../../support/stripe/webhooks.ts';
import type { TestInbox } from './test-inbox.ts';

/** The connected accounts of the story: one that is paid, and one whose requirements change. */
export const ADA = 'acct_ada';
export const BEN = 'acct_ben';

/** A sequence of changes at Stripe, each with the events that Stripe creates for it, with the state at that time. */
export class Story {
  /** The ids of every kind in the story. */
  readonly touched = new Map<string, Set<string>>();
  readonly #world: TestInbox;
  readonly #random: Random;
  readonly #seed: number;
  #charges: string[] = [];
  #disputes: string[] = [];
  #transfers: string[] = [];
  #payouts: string[] = [];
  #refunds: string[] = [];
  #won: string[] = [];
  #topups: string[] = [];
  #connected: string[] = [];
  #nth = 0;

  constructor(seed: number, world: TestInbox) {
    this.#world = world;
    this.#random = seeded(seed);
    this.#seed = seed;
  }

  async act(): Promise<object[]> {
    const id = `${this.#seed}_${++this.#nth}`;
    const created_at_ms = this.#world.clock.now();
    const acts = [
      () => this.#charge(`ch_${id}`),
      () => {
        const charge = this.#random.pick(this.#charges);
        this.#world.stripe.refund({ id: `re_${id}`, charge, amount_minor: 1_00n, created_at_ms });
        this.#refunds.push(`re_${id}`);
        const both = [
          this.#event('charge.refunded', 'charge', charge),
          this.#event('refund.created', 'refund', `re_${id}`),
        ];
        // An endpoint may be subscribed to one kind only.
        return this.#random.chance(0.5) ? both : [this.#random.pick(both)];
      },
      () => {
        const charge = this.#random.pick(this.#charges);
        const dispute = { id: `dp_${id}`, charge, amount_minor: 5_00n, created_at_ms };
        this.#world.stripe.dispute({ ...dispute, status: 'needs_response' });
        this.#disputes.push(dispute.id);
        this.#touch('charge', charge);
        return [this.#event('charge.dispute.created', 'dispute', dispute.id)];
      },
      () => {
        const dispute = this.#disputes.pop();
        if (dispute === undefined) return this.#charge(`ch_${id}`);
        const won = this.#random.chance(0.5);
        this.#world.stripe.closeDispute({ id: dispute, won, at_ms: created_at_ms });
        if (won) this.#won.push(dispute);
        return [this.#event('charge.dispute.closed', 'dispute', dispute)];
      },
      async () => {
        const parameters = { amount: 10_00, currency: 'usd', destination: ADA };
        const transfer = await this.#world.client.transfers.create(parameters);
        this.#transfers.push(transfer.id);
        return [this.#event('transfer.created', 'transfer', transfer.id), this.#balanceEvent()];
      },
      async () => {
        const transfer = this.#transfers.pop();
        if (transfer === undefined) return this.#charge(`ch_${id}`);
        const reversal = await this.#world.client.transfers.createReversal(transfer, { amount: 4_00 });
        this.#touch('transfer_reversal', reversal.id);
        return [this.#event('transfer.reversed', 'transfer', transfer), this.#balanceEvent()];
      },
      () => {
        this.#world.stripe.payout({
          id: `po_${id}`,
          amount_minor: 1_00n,
          currency: 'usd',
          created_at_ms,
          automatic: true,
        });
        this.#payouts.push(`po_${id}`);
        return [this.#event('payout.created', 'payout', `po_${id}`)];
      },
      () => {
        const payout = this.#payouts.pop();
        if (payout === undefined) return this.#charge(`ch_${id}`);
        const status = this.#random.chance(0.5) ? 'paid' : 'failed';
        this.#world.stripe.endPayout({ id: payout, status, at_ms: created_at_ms });
        return [this.#event(`payout.${status}`, 'payout', payout)];
      },
      ...this.#rareActs(id),
      ...this.#connectedActs(id),
      ...this.#requirementActs(),
    ];
    return this.#charges.length < 2 ? this.#charge(`ch_${id}`) : this.#random.pick(acts)();
  }

  /** What moves money by a balance transaction that its object may not name. */
  #rareActs(id: string): (() => object[])[] {
    const { stripe, clock } = this.#world;
    const at_ms = clock.now();
    return [
      () => {
        const charge = `ch_${id}`;
        stripe.charge({ id: charge, amount_minor: 50_00n, currency: 'usd', created_at_ms: at_ms, state: 'uncaptured' });
        stripe.captureCharge({
          id: charge,
          amount_minor: 20_00n,
          at_ms,
          source: this.#random.pick(['charge', 'refund']),
        });
        return [this.#event('charge.captured', 'charge', charge)];
      },
      () => {
        const refund = this.#refunds.pop();
        if (refund === undefined) return this.#charge(`ch_${id}`);
        stripe.failRefund({ id: refund, at_ms });
        return [this.#event('refund.failed', 'refund', refund)];
      },
      () => {
        const dispute = this.#won.pop();
        if (dispute === undefined) return this.#charge(`ch_${id}`);
        stripe.reopenDispute({ id: dispute, at_ms });
        return [this.#event('charge.dispute.funds_withdrawn', 'dispute', dispute)];
      },
      () => {
        stripe.topup({ id: `tu_${id}`, amount_minor: 9_00n, currency: 'usd', created_at_ms: at_ms });
        this.#topups.push(`tu_${id}`);
        return [this.#event('topup.succeeded', 'topup', `tu_${id}`)];
      },
      () => {
        const topup = this.#topups.pop();
        if (topup === undefined) return this.#charge(`ch_${id}`);
        stripe.endTopup({ id: topup, status: 'reversed', at_ms });
        return [this.#event('topup.reversed', 'topup', topup)];
      },
    ];
  }

  /** The bank leg of a creator. */
  #connectedActs(id: string): (() => object[])[] {
    const { stripe, clock } = this.#world;
    const at_ms = clock.now();
    const within = { account: ADA };
    return [
      () => {
        if (this.#transfers.length === 0 || stripe.balance('usd', ADA) < 1_00n) return this.#charge(`ch_${id}`);
        const bank = `ba_${id}`;
        stripe.externalAccount({ ...within, id: bank, currency: 'usd', created_at_ms: at_ms });
        const payout = { id: `pc_${id}`, amount_minor: 1_00n, currency: 'usd', created_at_ms: at_ms, automatic: true };
        stripe.payout({ ...within, ...payout });
        this.#connected.push(payout.id);
        return [
          this.#event('account.external_account.created', 'bank_account', bank, ADA),
          this.#event('payout.created', 'payout', payout.id, ADA),
        ];
      },
      () => {
        const payout = this.#connected.pop();
        if (payout === undefined) return this.#charge(`ch_${id}`);
        const status = this.#random.chance(0.5) ? 'paid' : 'failed';
        stripe.endPayout({ ...within, id: payout, status, at_ms });
        return [this.#event(`payout.${status}`, 'payout', payout, ADA)];
      },
    ];
  }

  /** What is due of an account, and what of it is given: a happening of two scopes, each with an event of its own. */
  #requirementActs(): (() => object[])[] {
    const { stripe } = this.#world;
    const due = `due_${this.#nth}`;
    const enabled = { transfers_enabled: true, payouts_enabled: true };
    return [
      () => {
        stripe.changeAccount({ id: ADA, ...enabled, requirements: { eventually_due: [due] } });
        return this.#requirementEvents(ADA);
      },
      () => {
        const disabled_reason = 'requirements.past_due' as const;
        const requirements = { currently_due: [due], past_due: [due], disabled_reason };
        stripe.changeAccount({ id: BEN, transfers_enabled: false, payouts_enabled: false, requirements });
        return this.#requirementEvents(BEN);
      },
      () => {
        stripe.changeAccount({ id: BEN, ...enabled });
        return this.#requirementEvents(BEN);
      },
    ];
  }

  #requirementEvents(account: string): object[] {
    const about = { account, created_at_ms: this.#world.clock.now() };
    const id = `evt_${this.#seed}_${this.#nth}`;
    this.#touch('account', account);
    const related = { id: account, type: 'v2.core.account' };
    const all = [
      eventAbout('account.updated', { id: account, object: 'account' }, { ...about, id: `${id}_account` }),
      eventAbout(
        'capability.updated',
        { id: 'transfers', object: 'capability', account },
        { ...about, id: `${id}_capability` },
      ),
      notificationAbout('v2.core.account[requirements].updated', related, { ...about, id: `${id}_thin` }),
    ];
    return this.#random.chance(0.5) ? all : [this.#random.pick(all)];
  }

  /** What a transfer or its reversal changes in the account. */
  #balanceEvent(): object {
    const id = `evt_${this.#seed}_${this.#nth}_balance`;
    const happened = { id, account: ADA, created_at_ms: this.#world.clock.now() };
    return eventAbout('balance.available', { object: 'balance' }, happened);
  }

  #charge(id: string): object[] {
    this.#world.stripe.charge({ id, amount_minor: 100_00n, currency: 'usd', created_at_ms: this.#world.clock.now() });
    this.#charges.push(id);
    return [this.#event('charge.succeeded', 'charge', id)];
  }

  /** The body is wrong on purpose, so that any computation from it would be detected. */
  #event(type: string, object: string, id: string, account?: string): object {
    this.#touch(account === undefined ? object : `connected ${object}`, id);
    const nonsense = { id, object, amount: this.#nth, status: 'nonsense' };
    return eventAbout(type, nonsense, {
      id: `evt_${this.#seed}_${this.#nth}_${type}`,
      created_at_ms: this.#world.clock.now(),
      ...(account !== undefined && { account }),
    });
  }

  #touch(kind: string, id: string): void {
    this.touched.set(kind, (this.touched.get(kind) ?? new Set()).add(id));
  }
}
