import type { OutgoingEvent } from '../../../../ingest/outbox/emitter.ts';
import type { BreakStores } from '../../../../jobs/breaks.ts';
import { DAY_MS } from '../../../../warehouse/clock.ts';
import { type Period, parsePeriod } from '../../../../warehouse/period.ts';
import { type Random, seeded } from '../../../support/marketplace/prng.ts';
import { type LocalStripe, startStripe } from '../../../support/stripe/local-stripe.ts';
import { openAccount, PAYABLE } from '../../january.ts';
import { CLOSING } from '../../test-services.ts';
import type { ApprovedBatch, ApprovedLine } from './approved-batch.ts';
import { CREATORS, THIEF } from './creators.ts';
import { drawFault } from './draw-fault.ts';
import { Edits } from './edits.ts';
import { Facts } from './facts.ts';
import { Network, type WireFault } from './gated-stripe.ts';
import { Interference } from './interference.ts';
import type { Kind } from './kinds.ts';
import type { Scene } from './scene.ts';
import { type Gate, type Process, Scheduler } from './scheduler.ts';
import { Senders } from './senders.ts';
import { Time } from './time.ts';
import { Webhooks } from './webhooks.ts';
import type { World } from './worlds.ts';

const JANUARY = parsePeriod('2026-01');
const LONGEST_RUNS = 8;
const MOST_STEPS = 500;

/** A request for a transfer that has left. */
interface Requested {
  readonly key: string;
  readonly at: number;
}

/** The payouts of a batch, or of several one after another, drawn from a seed. */
export class Simulation implements Scene, AsyncDisposable {
  readonly batch: ApprovedBatch;
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly stripe: LocalStripe;
  readonly emitted: OutgoingEvent[] = [];
  readonly requested: Requested[] = [];
  readonly webhooks: Webhooks;
  readonly interference: Interference;
  readonly edits: Edits;
  readonly facts: Facts;
  readonly senders: Senders;
  readonly time: Time;
  /** The payouts of all batches so far. */
  readonly approved: ApprovedLine[] = [];
  period: Period = JANUARY;
  lines: readonly ApprovedLine[] = [];
  readonly #kinds: ReadonlySet<Kind>;
  readonly #rates: { readonly fault: number; readonly act: number; readonly stay: number };
  #isCalm = false;
  #last: Process | undefined;

  private constructor(parts: {
    batch: ApprovedBatch;
    random: Random;
    kinds: ReadonlySet<Kind>;
    scheduler: Scheduler;
    network: (simulation: Simulation) => Network;
    stripe: LocalStripe;
  }) {
    this.batch = parts.batch;
    this.random = parts.random;
    this.scheduler = parts.scheduler;
    this.stripe = parts.stripe;
    this.#kinds = parts.kinds;
    this.#rates = {
      fault: this.random.pick([0.1, 0.3, 0.6]),
      act: this.random.pick([0.01, 0.03, 0.08]),
      stay: this.random.pick([0.3, 0.7, 0.95]),
    };
    this.webhooks = new Webhooks(this);
    this.interference = new Interference(this, this.webhooks);
    this.edits = new Edits(this);
    this.facts = new Facts(this);
    this.senders = new Senders(this, parts.network(this));
    this.time = new Time(this);
  }

  /** With the stores as at the approval, and a new local Stripe. */
  static async begin(
    batch: ApprovedBatch,
    { seed, kinds }: { seed: number; kinds: readonly Kind[] },
  ): Promise<Simulation> {
    await batch.restore();
    const random = seeded(seed);
    const drawn = new Set(kinds.filter(() => random.chance(0.5)));
    const scheduler = new Scheduler(Date.parse(CLOSING));
    let network: Network | undefined;
    const stripe = await startStripe({
      clock: scheduler,
      apiKey: 'sk_test_local',
      faults: (request) => network?.script(request),
    });
    const simulation = new Simulation({
      ...{ batch, random, kinds: drawn, scheduler, stripe },
      network: (made) => {
        network = new Network({ scheduler, faultOf: (request) => made.#faultOf(request) });
        return network;
      },
    });
    for (const fixture of CREATORS) openAccount(fixture, stripe);
    for (const fixture of PAYABLE) openAccount({ ...fixture, name: THIEF }, stripe);
    if (!drawn.has('unfunded')) simulation.interference.fund();
    scheduler.note(`the course of the seed ${seed}: ${[...drawn].join(', ')}`);
    return simulation;
  }

  has(kind: Kind): boolean {
    return this.#kinds.has(kind);
  }

  stopped(): readonly Process[] {
    return this.senders.stopped;
  }

  isFunded(): boolean {
    return this.interference.isFunded;
  }

  whereabouts(): World | undefined {
    return this.facts.world;
  }

  stores(): BreakStores {
    const { services } = this.batch.harness;
    return {
      ...services,
      clock: this.scheduler,
      warehouse: this.batch.warehouseIn(() => this.whereabouts(), this.scheduler),
    };
  }

  /** Sends a batch amid everything that happens, then lets everything heal and sends until nothing more happens. */
  async run(period: Period, lines: readonly ApprovedLine[]): Promise<void> {
    this.period = period;
    this.lines = lines;
    this.approved.push(...lines);
    this.#isCalm = false;
    this.senders.beginBatch();
    this.senders.start();
    const steps = this.random.between(40, MOST_STEPS);
    for (let step = 0; step < steps; step++) {
      await this.scheduler.settle();
      if (this.random.chance(this.#rates.act)) await this.#act();
      const gate = this.#chosen();
      if (gate && this.senders.stopAt(gate)) continue;
      if (gate) await this.#step(gate);
      else if (!(await this.#wake())) break;
    }
    await this.#calmDown();
  }

  #faultOf({ method, key }: { readonly method: string; readonly key: string | undefined }): WireFault | undefined {
    if (method === 'POST' && key !== undefined) this.requested.push({ key, at: this.scheduler.now() });
    return this.#isCalm
      ? undefined
      : drawFault({ random: this.random, has: (kind) => this.has(kind) }, this.#rates.fault);
  }

  /** The gate to pass next: often one of the same process again. A timer that is not due yet waits while others can go on. */
  #chosen(): Gate | undefined {
    const open = this.scheduler.open();
    const due = open.filter((gate) => gate.due <= this.scheduler.now());
    const eligible = due.length > 0 && !this.random.chance(0.1) ? due : open;
    if (eligible.length === 0) return undefined;
    const own = eligible.filter(({ process }) => process !== undefined && process === this.#last);
    return this.random.pick(own.length > 0 && this.random.chance(this.#rates.stay) ? own : eligible);
  }

  async #step(gate: Gate): Promise<void> {
    this.#last = gate.process;
    this.scheduler.advanceTo(this.scheduler.now() + this.random.between(0, 50));
    await this.scheduler.pass(gate);
  }

  /** Nothing can go on: a paused process resumes, or another one starts. False if there is neither. */
  async #wake(): Promise<boolean> {
    const { paused, stopped, mayStart } = this.senders;
    if (paused.length > 0 && (this.random.chance(0.3) || !mayStart)) {
      this.senders.resume(this.random.pick(paused));
      return true;
    }
    if (!mayStart) return false;
    if (paused.length === 0 && this.random.chance(0.6) && (await this.#isSent())) return false;
    if (this.has('jump') || paused.length + stopped.length > 0) await this.time.jump();
    this.senders.start();
    return true;
  }

  async #act(): Promise<void> {
    const acts: (() => unknown)[] = [...this.senders.acts(), ...this.time.acts()];
    const others = [this.interference, this.edits, this.facts, this.webhooks];
    if (this.scheduler.transaction === undefined) acts.push(...others.flatMap((each) => each.acts()));
    if (acts.length > 0) await this.random.pick(acts)();
    await this.scheduler.settle();
  }

  /**
   * No more faults: what is paused resumes, every process ends, what was stopped right before a request goes on once the key has expired, and
   * senders run until every payout has ended or no run changes anything.
   */
  async #calmDown(): Promise<void> {
    this.#isCalm = true;
    this.scheduler.note('calm');
    for (const process of this.senders.paused) this.senders.resume(process);
    await this.#finish();
    await this.#goOnTooLate();
    for (const each of [this.interference, this.edits, this.facts, this.webhooks]) await each.heal();
    for (let runs = 0; runs < LONGEST_RUNS; runs++) {
      // Leases of the time before expire, later also keys; finance releases what does not end by itself.
      this.scheduler.advanceTo(this.scheduler.now() + (runs > 1 ? DAY_MS : 61_000));
      if (runs > 0) for (const line of this.lines) this.senders.decide('release', line);
      await this.#finish();
      this.senders.start();
      await this.#finish();
      if (await this.#isDone()) break;
    }
    await this.#endReversals();
  }

  /** Another sender sends what it can; when Stripe has forgotten its keys, those go on that were stopped right before a request. */
  async #goOnTooLate(): Promise<void> {
    const { stopped } = this.senders;
    if (stopped.length === 0) return;
    this.scheduler.advanceTo(this.scheduler.now() + 61_000);
    this.senders.start();
    await this.#finish();
    this.scheduler.advanceTo(this.scheduler.now() + DAY_MS + 61_000);
    for (const process of stopped) this.senders.resume(process);
    await this.#finish();
  }

  /** Whoever has begun to take a payout back says so again, until it is known what became of it. */
  async #endReversals(): Promise<void> {
    const begun = await this.batch.store.selectFrom('payout_reversal_log').select('payout_id').distinct().execute();
    for (const { payout_id } of begun) {
      if (!this.lines.some((line) => line.payout_id === payout_id)) continue;
      this.senders.takeBack(payout_id);
      await this.#finish();
    }
  }

  async #finish(): Promise<void> {
    await this.scheduler.settle();
    for (;;) {
      const open = this.scheduler.open();
      const gate = open.find(({ due }) => due <= this.scheduler.now()) ?? open.toSorted((a, b) => a.due - b.due)[0];
      if (!gate) return;
      this.scheduler.advanceTo(this.scheduler.now() + 1);
      await this.scheduler.pass(gate);
    }
  }

  /** Whether every payout has ended. */
  async #isDone(): Promise<boolean> {
    const ends = await this.batch.store
      .selectFrom('payout_log')
      .select('payout_id')
      .where('state', 'in', ['sent', 'failed', 'cancelled'])
      .execute();
    const ended = new Set(ends.map(({ payout_id }) => payout_id));
    return this.lines.every(({ payout_id }) => ended.has(payout_id));
  }

  async #isSent(): Promise<boolean> {
    const batches = await this.batch.store.selectFrom('payout_batches').select('state').execute();
    return batches.every(({ state }) => state === 'sent');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.batch.worlds.disown();
    await this.stripe.stop();
  }
}
