import type { Services } from '../../../../jobs/job.ts';
import { DECISIONS, type Decision, decidePayouts } from '../../../../jobs/payouts/decide-payouts.ts';
import { planPayouts } from '../../../../jobs/payouts/plan-payouts.ts';
import { reversePayout } from '../../../../jobs/payouts/reverse-payout.ts';
import { sendPayouts } from '../../../../jobs/payouts/send-payouts.ts';
import { runJob } from '../../../../jobs/run-job.ts';
import { RUN } from '../../test-services.ts';
import type { ApprovedLine } from './approved-batch.ts';
import { gatedStripe, type Network } from './gated-stripe.ts';
import type { Scene } from './scene.ts';
import type { Gate, Process } from './scheduler.ts';

/** The most processes of one batch, and senders at once. */
const MOST_PROCESSES = 7;
const MOST_SENDERS = 3;

/** The processes: senders, and what people of finance do: decide, take back, plan. They are started, and stopped anywhere. */
export class Senders {
  readonly #scene: Scene;
  readonly #network: Network;
  readonly #atOnce: number;
  /** How many processes must have ended before a paused one resumes. */
  readonly #pausedUntil = new Map<Process, number>();
  /** Those that are stopped right before a request for a transfer, until its key has expired. */
  readonly #stopped = new Set<Process>();
  /** Those before the batch that is sent now. */
  #before = 0;

  constructor(scene: Scene, network: Network) {
    this.#scene = scene;
    this.#network = network;
    this.#atOnce = scene.random.pick([1, 1, 3]);
  }

  /** Another batch is sent from now on. */
  beginBatch(): void {
    this.#before = this.#scene.scheduler.processes.length;
  }

  get mayStart(): boolean {
    return this.#scene.scheduler.processes.length - this.#before < MOST_PROCESSES;
  }

  get paused(): readonly Process[] {
    return this.#in('paused').filter((process) => !this.#stopped.has(process));
  }

  /** Those that go on only once the keys of their requests have expired. */
  get stopped(): readonly Process[] {
    return [...this.#stopped];
  }

  acts(): (() => unknown)[] {
    const { random, scheduler } = this.#scene;
    const has = (kind: Parameters<Scene['has']>[0]): boolean => this.#scene.has(kind);
    const acts: (() => unknown)[] = [];
    const running = this.#in('running');
    const steady = running.filter((process) => process !== scheduler.transaction);
    const senders = running.filter(({ name }) => name.startsWith('sender'));
    if (senders.length < MOST_SENDERS && this.mayStart) acts.push(() => this.start());
    if (has('crash') && running.length > 0) acts.push(() => this.#crash(random.pick(running)));
    if (has('pause') && steady.length > 0) acts.push(() => this.#pause(random.pick(steady)));
    const resumable = this.paused.filter((process) => !this.#waitsForAnother(process));
    if (resumable.length > 0) acts.push(() => this.resume(random.pick(resumable)));
    if (has('decision')) acts.push(() => this.decide(random.pick(DECISIONS)));
    if (has('command_reversal')) acts.push(() => this.takeBack(random.pick(this.#scene.lines).payout_id));
    if (has('planning')) acts.push(() => this.#plan());
    return acts;
  }

  start(): Process {
    const { scheduler, random, period } = this.#scene;
    const services = this.#services();
    const name = `sender ${scheduler.processes.length + 1}`;
    const isLeased = !this.#scene.has('no_lease') || random.chance(0.5);
    scheduler.note(`${name} starts${isLeased ? '' : ' without a lease'}`);
    return scheduler.start(name, () =>
      isLeased
        ? runJob(services, { job: sendPayouts, period, startedBy: 'schedule' })
        : sendPayouts.run({ ...services, ...RUN, interruption: new AbortController().signal }, period),
    );
  }

  /** A person of finance decides about one payout; in a process of its own, which nothing stops. */
  decide(decision: Decision, line?: ApprovedLine): Process {
    const { scheduler, batch, emitted, random, lines, period } = this.#scene;
    const { payout_id } = line ?? random.pick(lines);
    const services = batch.servicesOf(scheduler, {
      stripe: undefined,
      emitted,
      whereabouts: () => this.#scene.whereabouts(),
    });
    const name = `finance ${scheduler.processes.length + 1}`;
    scheduler.note(`${name} wants to ${decision} ${payout_id}`);
    const request = { decision, ids: [payout_id], sentence: 'Because of the course.', by: 'cleo' };
    return scheduler.start(name, () => decidePayouts(services, { ...request, period }));
  }

  /** A person takes a payout back; that is refused if it was not sent. */
  takeBack(payout_id: string): Process {
    const { scheduler, period } = this.#scene;
    const services = this.#services();
    const name = `reversal ${scheduler.processes.length + 1}`;
    scheduler.note(`${name} is to take ${payout_id} back`);
    const options = { payout_id, because: 'Because of the course.' };
    return scheduler.start(name, () => runJob(services, { job: reversePayout, period, options, startedBy: 'cleo' }));
  }

  /** A person plans the next batch of the month while this one is being sent. */
  #plan(): Process {
    const { scheduler, period } = this.#scene;
    const services = this.#services();
    const name = `planner ${scheduler.processes.length + 1}`;
    scheduler.note(`${name} starts`);
    return scheduler.start(name, () => runJob(services, { job: planPayouts, period, startedBy: 'ada' }));
  }

  /** Those of a process that talks to Stripe. */
  #services(): Services {
    const { scheduler, batch, emitted, stripe: local } = this.#scene;
    const stripe = gatedStripe(local, this.#network);
    const whereabouts = () => this.#scene.whereabouts();
    const payoutPacing = { atOnce: this.#atOnce, perSecond: 25 };
    return { ...batch.servicesOf(scheduler, { stripe, emitted, whereabouts }), payoutPacing };
  }

  resume(process: Process): void {
    const { scheduler } = this.#scene;
    scheduler.note(`${process.name} resumes`);
    process.state = 'running';
    this.#stopped.delete(process);
    scheduler.advanceTo(scheduler.now());
  }

  /** May stop a process right before its request for a transfer, one at a time; whether it has. One with an open transaction would keep all others out. */
  stopAt({ kind, label, process }: Gate): boolean {
    const { random, scheduler } = this.#scene;
    const asks = kind === 'request' && label.startsWith('▸ POST /v1/transfers (');
    if (!this.#scene.has('late_request') || !asks || !process || this.#stopped.size > 0) return false;
    if (process === scheduler.transaction) return false;
    if (!random.chance(0.3)) return false;
    scheduler.note(`${process.name} is stopped right before its request`);
    process.state = 'paused';
    this.#stopped.add(process);
    return true;
  }

  #in(state: Process['state']): Process[] {
    return this.#scene.scheduler.processes.filter((process) => process.state === state);
  }

  #crash(process: Process): void {
    this.#scene.scheduler.note(`${process.name} crashes`);
    this.#scene.scheduler.crash(process);
  }

  #pause(process: Process): void {
    this.#scene.scheduler.note(`${process.name} is paused`);
    process.state = 'paused';
    this.#pausedUntil.set(process, this.#scene.random.chance(0.6) ? this.#in('ended').length + 1 : 0);
  }

  /** Most paused processes resume only after another one has ended. */
  #waitsForAnother(process: Process): boolean {
    return this.#in('ended').length < (this.#pausedUntil.get(process) ?? 0);
  }
}
