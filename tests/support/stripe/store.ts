import { invariant } from '../../../warehouse/invariant.ts';
import { type Journal, openJournal } from './journal.ts';
import { type Change, Ledger, type Movements } from './ledger.ts';
import type { Effects, Kind, Kinds, StripeObject } from './objects.ts';

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
export interface Commit extends Effects {
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

type Collections = { readonly [K in Kind]: Collection<Kinds[K]> };

/** The state of the local Stripe. Every change is a commit: checked, then written to the journal, then applied. */
export class Store {
  readonly ledger = new Ledger();
  readonly acts = new Map<string, string>();
  readonly saved = new Map<string, SavedAnswer>();
  readonly #journal: Journal | undefined;
  /** By connected account; those of the platform under an empty name. */
  readonly #collections = new Map<string, Collections>();

  /** Without a path, the state is lost with the process. */
  constructor(journalPath: string | undefined) {
    this.#journal = journalPath === undefined ? undefined : openJournal(journalPath);
    for (const line of this.#journal?.lines ?? []) {
      const commit: Commit = JSON.parse(line);
      this.#apply(commit, this.#movements(commit));
    }
  }

  /** The objects of a kind of the platform, or inside a connected account. */
  all<K extends Kind>(kind: K, account = ''): Collection<Kinds[K]> {
    let collections = this.#collections.get(account);
    if (collections === undefined) {
      collections = emptyCollections();
      this.#collections.set(account, collections);
    }
    return collections[kind];
  }

  commit(commit: Commit): void {
    const movements = this.#movements(commit);
    this.#journal?.append(JSON.stringify(commit));
    this.#apply(commit, movements);
  }

  close(): void {
    this.#journal?.close();
  }

  #movements(commit: Commit): Movements {
    const stored = placesOf(commit);
    const ids = new Set(stored.map(({ account, object }) => [account, object.object, object.id].join(' ')));
    invariant(ids.size === stored.length, 'A commit must store each object once.');
    return this.ledger.movements(stored.map((place) => this.#change(place, stored)));
  }

  #change({ account, object }: Place, stored: readonly Place[]): Change {
    const settledBefore = this.all('settlement', account).get(object.id);
    const settledAfter = stored
      .filter((place) => place.account === account && place.object.id === object.id)
      .map((place) => place.object)
      .find((other) => other.object === 'settlement');
    return {
      account,
      before: this.all<Kind>(object.object, account).get(object.id),
      after: object,
      settledBefore,
      settledAfter: settledAfter ?? settledBefore,
    };
  }

  #apply(commit: Commit, movements: Movements): void {
    for (const { account, object } of placesOf(commit)) this.#put(account, object.object, object);
    if (commit.deleted !== undefined) this.all('account').delete(commit.deleted.account);
    this.ledger.post(movements);
    if (commit.act !== undefined) this.acts.set(commit.act.name, commit.act.fingerprint);
    if (commit.saved !== undefined) this.saved.set(commit.saved.key, commit.saved);
  }

  #put<K extends Kind>(account: string, kind: K, object: Kinds[K]): void {
    this.all(kind, account).put(object);
  }
}

interface Place {
  readonly account: string;
  readonly object: StripeObject;
}

function placesOf({ put, connected = [] }: Effects): Place[] {
  const inside = connected.flatMap((part) => part.put.map((object) => ({ account: part.account, object })));
  return [...put.map((object) => ({ account: '', object })), ...inside];
}

function emptyCollections(): Collections {
  return {
    account: new Collection(),
    bank_account: new Collection(),
    charge: new Collection(),
    refund: new Collection(),
    dispute: new Collection(),
    transfer: new Collection(),
    transfer_reversal: new Collection(),
    application_fee: new Collection(),
    fee_refund: new Collection(),
    payout: new Collection(),
    topup: new Collection(),
    reserve_transaction: new Collection(),
    connect_collection_transfer: new Collection(),
    balance_transaction: new Collection(),
    settlement: new Collection(),
    movement: new Collection(),
  };
}
