import type { OutgoingEvent } from '../../../../ingest/outbox/emitter.ts';
import { DECISIONS, type Decision, decidePayouts } from '../../../../jobs/payouts/decide-payouts.ts';
import { sendPayouts } from '../../../../jobs/payouts/send-payouts.ts';
import { runJob } from '../../../../jobs/run-job.ts';
import { DAY_MS } from '../../../../warehouse/clock.ts';
import { parsePeriod } from '../../../../warehouse/period.ts';
import { type Random, seeded } from '../../../support/marketplace/prng.ts';
import { type LocalStripe, startStripe } from '../../../support/stripe/local-stripe.ts';
import { openAccount, PAYABLE } from '../../january.ts';
import { CLOSING, RUN } from '../../test-services.ts';
import type { ApprovedBatch } from './approved-batch.ts';
import { drawFault } from './draw-fault.ts';
import { gatedStripe, Network, type WireFault } from './gated-stripe.ts';
import { Interference, THIEF } from './interference.ts';
import type { Kind } from './kinds.ts';
import { type Gate, type Process, Scheduler } from './scheduler.ts';

const JANUARY = parsePeriod('2026-01');
const HOUR_MS = 60 * 60 * 1000;
/** Past a lease, past the repeats of a request, past the life of a key for us and for Stripe. */
const JUMPS_MS = [61_000, 10 * 60_000, 21 * HOUR_MS, 25 * HOUR_MS, 49 * HOUR_MS];
const LONGEST_RUNS = 8;
const MOST_PROCESSES = 7;
const MOST_STEPS = 500;

/** One course of the payouts of a batch, drawn from a seed. */
export class Simulation implements AsyncDisposable {
  readonly batch: ApprovedBatch;
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly stripe: LocalStripe;
  readonly emitted: OutgoingEvent[] = [];
  /** The key of every request for a transfer that has left, and when. */
  readonly requested: { readonly key: string; readonly at: number }[] = [];
  readonly interference: Interference;
  readonly #kinds: ReadonlySet<Kind>;
  readonly #network: Network;
  readonly #rates: { readonly fault: number; readonly act: number; readonly stay: number; readonly atOnce: number };
  /** How many processes must have ended before a paused one resumes. */
  readonly #pausedUntil = new Map<Process, number>();
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
    this.#network = parts.network(this);
    this.#rates = {
      fault: this.random.pick([0.1, 0.3, 0.6]),
      act: this.random.pick([0.01, 0.03, 0.08]),
      stay: this.random.pick([0.3, 0.7, 0.95]),
      atOnce: this.random.pick([1, 1, 3]),
    };
    this.interference = new Interference(this);
  }

  /** With the control store as approved, and a new local Stripe. */
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
    for (const fixture of PAYABLE) for (const name of [fixture.name, THIEF]) openAccount({ ...fixture, name }, stripe);
    if (!drawn.has('unfunded')) simulation.interference.fund();
    scheduler.note(`the course of the seed ${seed}: ${[...drawn].join(', ')}`);
    return simulation;
  }

  has(kind: Kind): boolean {
    return this.#kinds.has(kind);
  }

  /** Runs the course, then lets everything heal and sends until nothing more happens. */
  async run(): Promise<void> {
    this.#startSender();
    const steps = this.random.between(40, MOST_STEPS);
    for (let step = 0; step < steps; step++) {
      await this.scheduler.settle();
      if (this.random.chance(this.#rates.act)) await this.#act();
      const gate = this.#chosen();
      if (gate) await this.#step(gate);
      else if (!(await this.#wake())) break;
    }
    await this.#calmDown();
  }

  #startSender(): Process {
    const { scheduler, batch, emitted } = this;
    const stripe = gatedStripe(this.stripe, this.#network);
    const payoutPacing = { atOnce: this.#rates.atOnce, perSecond: 25 };
    const services = { ...batch.servicesOf(scheduler, { stripe, emitted }), payoutPacing };
    const name = `sender ${scheduler.processes.length + 1}`;
    const isLeased = !this.has('no_lease') || this.random.chance(0.5);
    scheduler.note(`${name} starts${isLeased ? '' : ' without a lease'}`);
    return scheduler.start(name, () =>
      isLeased
        ? runJob(services, { job: sendPayouts, period: JANUARY, startedBy: 'schedule' })
        : sendPayouts.run({ ...services, ...RUN, interruption: new AbortController().signal }, JANUARY),
    );
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
    const paused = this.#in('paused');
    if (paused.length > 0 && (this.random.chance(0.3) || this.scheduler.processes.length >= MOST_PROCESSES)) {
      this.#resume(this.random.pick(paused));
      return true;
    }
    if (this.scheduler.processes.length >= MOST_PROCESSES) return false;
    if (paused.length === 0 && this.random.chance(0.6) && (await this.#isSent())) return false;
    if (this.has('jump') || paused.length > 0) await this.#jump();
    this.#startSender();
    return true;
  }

  async #act(): Promise<void> {
    const running = this.#in('running');
    const acts: (() => unknown)[] = [];
    const steady = running.filter((process) => process !== this.scheduler.transaction);
    const senders = running.filter(({ name }) => name.startsWith('sender'));
    if (senders.length < 3 && this.scheduler.processes.length < MOST_PROCESSES) acts.push(() => this.#startSender());
    if (this.has('crash') && running.length > 0) acts.push(() => this.#crash(this.random.pick(running)));
    if (this.has('pause') && steady.length > 0) acts.push(() => this.#pause(this.random.pick(steady)));
    const resumable = this.#in('paused').filter((process) => !this.#waitsForAnother(process));
    if (resumable.length > 0) acts.push(() => this.#resume(this.random.pick(resumable)));
    if (this.has('jump')) acts.push(() => this.#jump());
    if (this.has('decision')) acts.push(() => this.#decide(this.random.pick(DECISIONS)));
    if (this.scheduler.transaction === undefined) acts.push(...this.interference.acts());
    if (acts.length > 0) await this.random.pick(acts)();
    await this.scheduler.settle();
  }

  /** A person of finance decides about one payout; in a process of its own, which nothing stops. */
  #decide(decision: Decision, { payout_id } = this.random.pick(this.batch.lines)): Process {
    const { scheduler, batch, emitted } = this;
    const services = batch.servicesOf(scheduler, { stripe: undefined, emitted });
    const name = `finance ${scheduler.processes.length + 1}`;
    scheduler.note(`${name} wants to ${decision} ${payout_id}`);
    const request = { period: JANUARY, decision, ids: [payout_id], sentence: 'Because of the course.', by: 'cleo' };
    return scheduler.start(name, () => decidePayouts(services, request));
  }

  #in(state: Process['state']): Process[] {
    return this.scheduler.processes.filter((process) => process.state === state);
  }

  #crash(process: Process): void {
    this.scheduler.note(`${process.name} crashes`);
    this.scheduler.crash(process);
  }

  #pause(process: Process): void {
    this.scheduler.note(`${process.name} is paused`);
    process.state = 'paused';
    this.#pausedUntil.set(process, this.random.chance(0.6) ? this.#in('ended').length + 1 : 0);
  }

  /** Most paused processes resume only after another one has ended. */
  #waitsForAnother(process: Process): boolean {
    return this.#in('ended').length < (this.#pausedUntil.get(process) ?? 0);
  }

  #resume(process: Process): void {
    this.scheduler.note(`${process.name} resumes`);
    process.state = 'running';
    this.scheduler.advanceTo(this.scheduler.now());
  }

  /**
   * Much time passes. A request that has reached Stripe is executed before; one that is about to leave has left, unless the course has
   * processes that stop right there.
   */
  async #jump(): Promise<void> {
    const ms = this.random.pick(this.has('jump') ? JUMPS_MS : JUMPS_MS.slice(0, 2));
    await this.#passAll('outside');
    if (!this.has('late_request')) await this.#passAll('request');
    await this.#passAll('outside');
    this.scheduler.note(`${Math.round(ms / 60_000)} minutes pass`);
    this.scheduler.advanceTo(this.scheduler.now() + ms);
    await this.scheduler.settle();
  }

  async #passAll(kind: Gate['kind']): Promise<void> {
    for (const gate of this.scheduler.waiting(kind)) await this.scheduler.pass(gate);
  }

  /** No more faults: what is paused resumes, every process ends, and senders run until every payout has ended or no run changes anything. */
  async #calmDown(): Promise<void> {
    this.#isCalm = true;
    this.scheduler.note('calm');
    for (const process of this.#in('paused')) this.#resume(process);
    await this.#finish();
    this.interference.heal();
    for (let runs = 0; runs < LONGEST_RUNS; runs++) {
      // Leases of the time before expire, later also keys; finance releases what does not end by itself.
      this.scheduler.advanceTo(this.scheduler.now() + (runs > 1 ? DAY_MS : 61_000));
      if (runs > 0) for (const line of this.batch.lines) this.#decide('release', line);
      await this.#finish();
      this.#startSender();
      await this.#finish();
      if (await this.#isDone()) return;
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

  /** Whether every payout has ended, but for those that were edited. */
  async #isDone(): Promise<boolean> {
    const ends = await this.batch.store
      .selectFrom('payout_log')
      .select('payout_id')
      .where('state', 'in', ['sent', 'failed', 'cancelled'])
      .execute();
    const ended = new Set(ends.map(({ payout_id }) => payout_id));
    const { edited } = this.interference;
    return this.batch.lines.every(({ payout_id }) => ended.has(payout_id) || edited.has(payout_id));
  }

  async #isSent(): Promise<boolean> {
    const batches = await this.batch.store.selectFrom('payout_batches').select('state').execute();
    return batches.every(({ state }) => state === 'sent');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stripe.stop();
  }
}
