import type { Problem, Reason } from './refusal.ts';

/** What a request asks for, by the API's own name of it. */
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
 * How a request goes wrong.
 * - `503`, `429`, `401`: refused before anything is done.
 * - `refused`: refused for that reason before anything is done.
 * - `reset`: the connection breaks before anything is done.
 * - `lost`: all is done, then the connection breaks.
 * - `fails`: the job is accepted and ends with `backendError`, or with the problem given; it does nothing.
 * - `hold`: the job is accepted and does not begin before the promise settles.
 * - `incomplete`: of a result, that the job has not ended yet, at once.
 * - `bare`: of a result, that the job has ended, and nothing else.
 * - `short`: of a result, all but the last row of a page; of a load, all but the last line comes in.
 * - `meanwhile`: something else happens right before the request is handled.
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
  /** Only where the path of the request fits. */
  readonly path?: RegExp;
  readonly fault: Fault;
  /** How many such requests pass first. */
  readonly after?: number;
  /** How many such requests it befalls; one by default. */
  readonly times?: number;
}

/** A request as it came. */
export interface SeenRequest {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
  /** Of a request for a job. */
  readonly jobKind?: JobKind;
  readonly jobId?: string;
  /** The status that it was answered with; 0 where the connection was broken. */
  status: number;
}

/** What a fault befalls. */
interface Taken extends Pick<SeenRequest, 'operation' | 'path'> {
  readonly jobKind?: JobKind | undefined;
}

/** What shall go wrong, as a test orders it. */
export class Faults {
  readonly #orders: { readonly order: Order; passed: number; befallen: number }[] = [];

  /** Orders a fault for the next request that fits. Orders for one operation befall in turn. */
  next(order: Order): void {
    this.#orders.push({ order, passed: 0, befallen: 0 });
  }

  /** How many orders have not befallen in full. */
  get pending(): number {
    return this.#orders.length;
  }

  /** The fault of a request, which is used up by it. */
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
