import type { Problem, Reason } from './refusal.ts';

/** The operation of a request, by its name in the API. */
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
 * The faults of a request.
 * - `503`, `429`, `401`: refused with this status before anything is done.
 * - `refused`: refused with this reason before anything is done.
 * - `reset`: the connection breaks before anything is done.
 * - `lost`: the work is done, then the connection breaks.
 * - `fails`: the job is accepted, does nothing and ends with `backendError` or with the given problem.
 * - `hold`: the job is accepted and starts when the promise settles.
 * - `incomplete`: a request for results is answered at once: the job has not ended yet.
 * - `bare`: a request for results is answered only with the end of the job.
 * - `short`: a page of results lacks its last row; a load loses its last line.
 * - `meanwhile`: a callback runs right before the request is handled.
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
  /** An operation, or the kind of an inserted job. */
  readonly on: Operation | JobKind;
  /** Applies only to requests with a matching path. */
  readonly path?: RegExp;
  readonly fault: Fault;
  /** The number of matching requests that pass first. */
  readonly after?: number;
  /** The number of matching requests that it affects; 1 by default. */
  readonly times?: number;
}

/** A received request. */
export interface SeenRequest {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
  /** For a request that inserts a job. */
  readonly jobKind?: JobKind;
  readonly jobId?: string;
  /** The status of its answer; 0 if the connection was broken. */
  status: number;
}

/** The requests that a fault affects. */
interface Taken extends Pick<SeenRequest, 'operation' | 'path'> {
  readonly jobKind?: JobKind | undefined;
}

/** The faults ordered by a test. */
export class Faults {
  readonly #orders: { readonly order: Order; passed: number; befallen: number }[] = [];

  /** Orders a fault for the next matching request. Orders for one operation apply one after another. */
  next(order: Order): void {
    this.#orders.push({ order, passed: 0, befallen: 0 });
  }

  /** The number of orders that are not used up. */
  get pending(): number {
    return this.#orders.length;
  }

  /** Takes the fault for a request from the orders. */
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
