import { invariant } from '../../../warehouse/invariant.ts';
import type { Settlement, StripeObject } from './objects.ts';
import { type Worth, worth } from './worth.ts';

/** A change of an object, with its settlement before and after. `account` is empty for the platform. */
export interface Change {
  readonly account: string;
  readonly before: StripeObject | undefined;
  readonly after: StripeObject;
  readonly settledBefore: Settlement | undefined;
  readonly settledAfter: Settlement | undefined;
}

/** One balance: of the platform unless an account is named, of payments unless a type is. */
export interface BalanceOf {
  readonly account?: string;
  readonly balance_type?: string;
  readonly currency: string;
}

interface Funds {
  readonly available: bigint;
  readonly pending: bigint;
}

/** What a commit moves, by balance, and the balance transactions that say so. */
export interface Movements {
  readonly sums: ReadonlyMap<string, bigint>;
  readonly rows: readonly Row[];
}

interface Row {
  readonly balance: string;
  readonly net: bigint;
  /** In seconds; undefined if the amount is available at once. */
  readonly available_on: number | undefined;
}

function nameOf({ account = '', balance_type = 'payments', currency }: BalanceOf): string {
  return `${account}|${balance_type}|${currency}`;
}

function add(sums: Map<string, bigint>, balance: string, amount: number | bigint): void {
  invariant(
    typeof amount === 'bigint' || Number.isSafeInteger(amount),
    `An amount must be a safe integer, not ${amount}.`,
  );
  sums.set(balance, (sums.get(balance) ?? 0n) + BigInt(amount));
}

/**
 * The balances of the platform and of the connected accounts, by type and currency. They are computed from the objects and
 * checked, at every change, against the net amounts of the balance transactions, so that none can be missing, duplicate or of
 * the wrong sign.
 */
export class Ledger {
  /** From the objects. */
  readonly #totals = new Map<string, bigint>();
  /** From the balance transactions: what is available, and what is not yet. */
  readonly #available = new Map<string, bigint>();
  #pending: Row[] = [];

  /** The effect of a set of changes. Throws `InvariantBroken` unless the balance transactions agree. */
  movements(changes: Iterable<Change>): Movements {
    const sums = new Map<string, bigint>();
    const posted = new Map<string, bigint>();
    const rows: Row[] = [];
    const sum = (part: Worth, sign: 1 | -1): void => add(sums, nameOf(part), sign * part.amount);
    for (const { account, before, after, settledBefore, settledAfter } of changes) {
      if (before !== undefined) for (const part of worth(before, account, settledBefore)) sum(part, -1);
      for (const part of worth(after, account, settledAfter)) sum(part, 1);
      if (after.object !== 'balance_transaction') continue;
      invariant(before === undefined, `The balance transaction ${after.id} is already posted.`);
      invariant(after.net === after.amount - after.fee, `The net of ${after.id} is not its amount minus its fee.`);
      const details = after.fee_details.reduce((fees, detail) => fees + detail.amount, 0);
      invariant(details === after.fee, `The fee details of ${after.id} do not add up to its fee.`);
      const balance = nameOf({ account, ...after });
      add(posted, balance, after.net);
      const available_on = after.status === 'pending' ? after.available_on : undefined;
      rows.push({ balance, net: BigInt(after.net), available_on });
    }
    for (const balance of new Set([...sums.keys(), ...posted.keys()])) {
      const [moved = 0n, nets = 0n] = [sums.get(balance), posted.get(balance)];
      const name = balance.replace(/^\|payments\|/, '');
      invariant(moved === nets, `The balance changes by ${moved} ${name}, but its transactions by ${nets}.`);
    }
    return { sums, rows };
  }

  post({ sums, rows }: Movements): void {
    for (const [balance, movement] of sums) add(this.#totals, balance, movement);
    for (const row of rows) {
      if (row.available_on === undefined) add(this.#available, row.balance, row.net);
      else this.#pending.push(row);
    }
  }

  /** What is available and what is pending at a time in seconds, which must not go back. */
  funds(of: BalanceOf, now: number): Funds {
    this.#mature(now);
    const balance = nameOf(of);
    const available = this.#available.get(balance) ?? 0n;
    let pending = 0n;
    for (const row of this.#pending) if (row.balance === balance) pending += row.net;
    const total = this.#totals.get(balance) ?? 0n;
    invariant(available + pending === total, `The rows of ${balance} add up to ${available + pending}, not ${total}.`);
    return { available, pending };
  }

  /** The currencies of a type of balance in which anything has moved, sorted. */
  currencies({ account = '', balance_type = 'payments' }: Omit<BalanceOf, 'currency'>): string[] {
    const start = nameOf({ account, balance_type, currency: '' });
    const names = [...this.#totals.keys()].filter((name) => name.startsWith(start));
    return names.map((name) => name.slice(start.length)).sort();
  }

  #mature(now: number): void {
    const isDue = ({ available_on }: Row): boolean => available_on !== undefined && available_on <= now;
    if (!this.#pending.some(isDue)) return;
    for (const row of this.#pending.filter(isDue)) add(this.#available, row.balance, row.net);
    this.#pending = this.#pending.filter((row) => !isDue(row));
  }
}
