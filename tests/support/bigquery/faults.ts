import type { Problem, Reason } from './refusal.ts';

/** The operation of a request, with the API's name. */
export type Operation =
  | `datasets.${'list' | 'insert' | 'get' | 'patch' | 'update' | 'delete'}`
  | `tables.${'list' | 'insert' | 'get' | 'patch' | 'update' | 'delete'}`
  | `routines.${'list' | 'insert' | 'get' | 'update' | 'delete'}`
  | `jobs.${'list' | 'insert' | 'get' | 'query' | 'getQueryResults'}`
  | `uploads.${'begin' | 'continue'}`
  | 'tabledata.list'
  | 'unknown';

export type JobKind = 'query' | 'script' | 'load' | 'copy';

/**
 * The fault of a request.
 * - `503`, `429`, `401`: refused before anything is executed.
 * - `refused`: refused for that reason before anything is executed.
 * - `reset`: the connection breaks before anything is executed.
 * - `lost`: everything is executed, then the connection breaks.
 * - `fails`: the job is accepted and ends with `backendError`, or with the given problem, without effect.
 * - `hold`: the job is accepted and does not start before the promise settles.
 * - `incomplete`: of a result: immediately, that the job has not ended yet.
 * - `bare`: of a result: only that the job has ended.
 * - `short`: of a result: all but the last row of a page; of a load: all but the last line is loaded.
 * - `meanwhile`: something else happens right before the request is processed.
 */
export type Fault =
  | '503'
  | '429'
  | '401'
  | 'reset'
  | 'lost'
  | 'fails'
  | 'incomplete'
  | 'bare'
  | 'short'
  | { readonly refused: Reason }
  | { readonly fails: Problem }
  | { readonly hold: Promise<unknown> }
  | { readonly meanwhile: () => void | Promise<void> };

export interface Order {
  /** An operation, or the kind of the job that is inserted. */
  readonly on: Operation | JobKind;
  /** Only if the path of the request matches. */
  readonly path?: RegExp;
  readonly fault: Fault;
  /** How many such requests succeed first. */
  readonly after?: number;
  /** How many such requests fail; default: one. */
  readonly times?: number;
}

/** A received request. */
export interface SeenRequest {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
  /** For a request of a job. */
  readonly jobKind?: JobKind;
  readonly jobId?: string;
  /** The status of the response; 0 if the connection was broken. */
  status: number;
}

/** The request to which a fault applies. */
interface Taken extends Pick<SeenRequest, 'operation' | 'path'> {
  readonly jobKind?: JobKind | undefined;
}

/** The faults that a test schedules. */
export class Faults {
  readonly #orders: { readonly order: Order; passed: number; befallen: number }[] = [];

  /** Schedules a fault for the next matching request. Faults of one operation apply in turn. */
  next(order: Order): void {
    this.#orders.push({ order, passed: 0, befallen: 0 });
  }

  /** The number of scheduled faults that have not fully happened. */
  get pending(): number {
    return this.#orders.length;
  }

  /** Takes the fault of a request. */
  take({ operation, jobKind, path }: Taken): Fault | undefined {
    const entry = this.#orders.find(
      ({ order }) => (order.on === operation || order.on === jobKind) && (order.path?.test(path) ?? true),
    );
    if (!entry) return undefined;
    if (entry.passed < (entry.order.after ?? 0)) {
      entry.passed += 1;
      return undefined;
    }
    entry.befallen += 1;
    if (entry.befallen >= (entry.order.times ?? 1)) this.#orders.splice(this.#orders.indexOf(entry), 1);
    return entry.order.fault;
  }
}
