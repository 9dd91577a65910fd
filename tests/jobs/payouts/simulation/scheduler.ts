import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../../../warehouse/clock.ts';
import { instant } from '../../../../warehouse/clock.ts';

/** Thrown at every gate of a process that has crashed; nothing that it does afterwards has an effect. */
export class Crashed extends Error {
  override name = 'Crashed';
}

type ProcessState = 'running' | 'paused' | 'crashed' | 'ended';

/** A process in virtual time: what runs in it waits at gates until the scheduler lets it go on. */
export class Process {
  readonly name: string;
  state: ProcessState = 'running';
  /** What it came to, once it has ended. */
  outcome = '';
  /** Its unfinished timers that repeat. */
  readonly intervals = new Set<Interval>();

  constructor(name: string) {
    this.name = name;
  }
}

interface Interval {
  readonly everyMs: number;
  readonly call: () => void;
  due: number;
}

/** A point at which something waits for the scheduler. */
export interface Gate {
  /** Undefined for what happens outside every process: a request that has reached Stripe. */
  readonly process: Process | undefined;
  readonly label: string;
  /** `request` is right before a request leaves, `outside` what happens outside every process. */
  readonly kind: 'store' | 'request' | 'answer' | 'events' | 'timer' | 'outside';
  /** The earliest time at which it can be passed: the scheduler sets the clock to it. */
  readonly due: number;
  readonly isOpen: () => boolean;
  readonly pass: () => void;
  readonly fail: (error: Error) => void;
}

interface GateOptions extends Partial<Pick<Gate, 'due' | 'isOpen' | 'kind'>> {
  readonly cancelled?: AbortSignal;
}

/** How long nothing may happen, while no real work is in progress, before a course counts as stuck. */
const STUCK_TURNS = 200_000;

/** Lets processes go on one step at a time, in virtual time. */
export class Scheduler implements Clock {
  readonly context = new AsyncLocalStorage<Process>();
  /** Set while the control store runs a statement, which reads the virtual time. */
  readonly inStore = new AsyncLocalStorage<true>();
  readonly processes: Process[] = [];
  /** One line per step. */
  readonly course: string[] = [];
  /** The process whose transaction is open: the store has one connection, so no other can use it meanwhile. */
  transaction: Process | undefined;
  #now: number;
  #gates: Gate[] = [];
  #underWay = 0;
  /** Resolves when no real work is in progress any more. */
  #worked = Promise.withResolvers<void>();
  #activity = 0;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  note(text: string): void {
    this.course.push(`${instant(this.#now).slice(5, -1)} ${text}`);
  }

  /** Starts a process; it runs to its first gate. */
  start(name: string, work: () => Promise<unknown>): Process {
    const process = new Process(name);
    this.processes.push(process);
    const end = (outcome: string): void => {
      this.#activity++;
      process.intervals.clear();
      process.outcome = outcome;
      if (process.state !== 'crashed') process.state = 'ended';
      this.note(`${name} ends: ${outcome}`);
    };
    this.context
      .run(process, work)
      .then((value) => end(JSON.stringify(value)))
      .catch((error: Error) => end(`${error.name}: ${error.message}`));
    return process;
  }

  /** Waits until the scheduler chooses this gate. Throws `Crashed` in a process that has crashed. */
  gate(label: string, { kind = 'store', due = 0, isOpen = () => true, cancelled }: GateOptions = {}): Promise<void> {
    const process = kind === 'outside' ? undefined : this.context.getStore();
    if (process?.state === 'crashed') return Promise.reject(new Crashed());
    return new Promise((resolve, reject) => {
      const gate: Gate = { process, label, kind, due, isOpen, pass: resolve, fail: reject };
      this.#gates.push(gate);
      cancelled?.addEventListener('abort', () => this.#remove(gate));
      this.#activity++;
    });
  }

  /** Counts real work as in progress until it has ended: no other step is taken meanwhile. */
  async track<T>(work: () => Promise<T>): Promise<T> {
    if (this.#underWay === 0) this.#worked = Promise.withResolvers();
    this.#underWay++;
    try {
      return await work();
    } finally {
      this.#underWay--;
      if (this.#underWay === 0) this.#worked.resolve();
      this.#activity++;
    }
  }

  /** Waits until every process that is not paused waits at a gate or has ended. */
  async settle(): Promise<void> {
    for (let turns = 0; ; turns++) {
      const before = this.#activity;
      // Real work takes as long as it takes.
      await (this.#underWay > 0 ? this.#worked.promise : turn());
      if (this.#underWay === 0 && this.#activity === before && this.#areWaiting()) return;
      if (turns > STUCK_TURNS) throw new Error('A process neither waits at a gate nor ends.');
    }
  }

  #areWaiting(): boolean {
    // What a crashed process has waited for may never come.
    const alive = this.processes.filter(({ state }) => state === 'running' || state === 'paused');
    return alive.every((process) => this.#gates.some((gate) => gate.process === process));
  }

  /** The gates that can be passed now, in the order of their arrival. */
  open(): Gate[] {
    const isHeld = (process: Process | undefined): boolean => process?.state === 'paused';
    return this.#gates.filter((gate) => !isHeld(gate.process) && gate.isOpen());
  }

  waiting(kind: Gate['kind']): Gate[] {
    return this.#gates.filter((gate) => gate.kind === kind);
  }

  /** Lets one gate pass; the clock moves to its time. */
  async pass(gate: Gate): Promise<void> {
    this.#remove(gate);
    this.advanceTo(gate.due);
    this.note(`${gate.process?.name ?? 'Stripe'} ${gate.label}`);
    gate.pass();
    await this.settle();
  }

  advanceTo(time: number): void {
    if (time > this.#now) this.#now = time;
    for (const process of this.processes) {
      if (process.state !== 'running') continue;
      for (const interval of process.intervals) this.#fire(process, interval);
    }
  }

  /** Once, however often it was missed. */
  #fire(process: Process, interval: Interval): void {
    if (interval.due > this.#now) return;
    interval.due = this.#now + interval.everyMs;
    this.context.run(process, interval.call);
  }

  crash(process: Process): void {
    process.state = 'crashed';
    process.intervals.clear();
    const gates = this.#gates.filter((gate) => gate.process === process);
    for (const gate of gates) {
      this.#remove(gate);
      gate.fail(new Crashed());
    }
  }

  #remove(gate: Gate): void {
    this.#gates = this.#gates.filter((other) => other !== gate);
  }
}
