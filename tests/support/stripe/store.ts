import { invariant } from '../../../warehouse/invariant.ts';
import { type Journal, openJournal } from './journal.ts';
import { Ledger } from './ledger.ts';
import type { Kind, Kinds, StripeObject } from './objects.ts';

/** A response that is replayed for the same key for 24 hours; `body` is the JSON text that was sent. */
export interface SavedAnswer {
  readonly key: string;
  readonly endpoint: string;
  readonly fingerprint: string;
  readonly status: number;
  readonly body: string;
  readonly request_id: string;
  readonly at_ms: number;
}

/** One mutation and one journal line, applied atomically. Objects are stored as a whole. */
export interface Commit {
  readonly put: readonly StripeObject[];
  /** Only accounts can be deleted. */
  readonly deleted?: { readonly account: string };
  /** The act of others, so that its repetition is recognised. */
  readonly act?: { readonly name: string; readonly fingerprint: string };
  readonly saved?: SavedAnswer;
}

/** Objects of one kind in their total order: by `created`, and within a second in the order of creation. */
export class Collection<T extends { readonly id: string; readonly created: number }> {
  readonly #entries = new Map<string, { object: T }>();
  readonly #oldestFirst: { object: T }[] = [];

  get(id: string): T | undefined {
    return this.#entries.get(id)?.object;
  }

  /** A changed object keeps its position. */
  put(object: T): void {
    const known = this.#entries.get(object.id);
    if (known !== undefined) {
      known.object = object;
      return;
    }
    const entry = { object };
    this.#entries.set(object.id, entry);
    const place = this.#oldestFirst.findLastIndex((other) => other.object.created <= object.created) + 1;
    this.#oldestFirst.splice(place, 0, entry);
  }

  delete(id: string): void {
    this.#entries.delete(id);
    const place = this.#oldestFirst.findIndex((entry) => entry.object.id === id);
    if (place >= 0) this.#oldestFirst.splice(place, 1);
  }

  oldestFirst(): T[] {
    return this.#oldestFirst.map((entry) => entry.object);
  }

  get size(): number {
    return this.#entries.size;
  }
}

/** The state of the local Stripe. Every change is a commit: checked, then written to the journal, then applied. */
export class Store {
  readonly ledger = new Ledger();
  readonly acts = new Map<string, string>();
  readonly saved = new Map<string, SavedAnswer>();
  readonly #journal: Journal | undefined;
  readonly #collections: { readonly [K in Kind]: Collection<Kinds[K]> } = {
    account: new Collection(),
    charge: new Collection(),
    refund: new Collection(),
    dispute: new Collection(),
    transfer: new Collection(),
    transfer_reversal: new Collection(),
    payout: new Collection(),
    balance_transaction: new Collection(),
  };

  /** Without a path, the state is lost with the process. */
  constructor(journalPath: string | undefined) {
    this.#journal = journalPath === undefined ? undefined : openJournal(journalPath);
    for (const line of this.#journal?.lines ?? []) {
      const commit: Commit = JSON.parse(line);
      this.#apply(commit, this.#movements(commit));
    }
  }

  all<K extends Kind>(kind: K): Collection<Kinds[K]> {
    return this.#collections[kind];
  }

  commit(commit: Commit): void {
    const movements = this.#movements(commit);
    this.#journal?.append(JSON.stringify(commit));
    this.#apply(commit, movements);
  }

  close(): void {
    this.#journal?.close();
  }

  #movements(commit: Commit): Map<string, bigint> {
    const ids = new Set(commit.put.map((object) => object.id));
    invariant(ids.size === commit.put.length, 'A commit must store each object once.');
    return this.ledger.movements(
      commit.put.map((after) => ({ before: this.all<Kind>(after.object).get(after.id), after })),
    );
  }

  #apply(commit: Commit, movements: ReadonlyMap<string, bigint>): void {
    for (const object of commit.put) this.#put(object.object, object);
    if (commit.deleted !== undefined) this.all('account').delete(commit.deleted.account);
    this.ledger.post(movements);
    if (commit.act !== undefined) this.acts.set(commit.act.name, commit.act.fingerprint);
    if (commit.saved !== undefined) this.saved.set(commit.saved.key, commit.saved);
  }

  #put<K extends Kind>(kind: K, object: Kinds[K]): void {
    this.all(kind).put(object);
  }
}
