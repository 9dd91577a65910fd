import { invariant } from '../../../warehouse/invariant.ts';
import type { Dispute, StripeObject } from './objects.ts';

/** Stripe's fee for a lost or won dispute, in minor units. */
export const DISPUTE_FEE = 1500;

/** Stripe's fee for a charge: 2.9 %, rounded half up, and 30 minor units. */
export function chargeFee(amount: number): number {
  return Number((BigInt(amount) * 29n + 500n) / 1000n) + 30;
}

/** An inquiry (`warning_…`) withdraws no money; every other dispute has withdrawn the amount and the fee. */
export function isDebited(dispute: Dispute): boolean {
  return !dispute.status.startsWith('warning_');
}

/** The effect of the current state of an object on the platform's balance: an independent calculation. */
function worth(object: StripeObject): number {
  switch (object.object) {
    case 'charge':
      return (object.status === 'failed' ? 0 : object.amount) - chargeFee(object.amount);
    case 'refund':
      return object.status === 'failed' ? 0 : -object.amount;
    case 'dispute':
      return isDebited(object) ? (object.status === 'won' ? 0 : -object.amount) - DISPUTE_FEE : 0;
    case 'transfer':
      return object.amount_reversed - object.amount;
    case 'payout':
      return object.status === 'failed' ? 0 : -object.amount;
    case 'transfer_reversal':
    case 'balance_transaction':
    case 'account':
      return 0;
  }
}

function add(sums: Map<string, bigint>, currency: string, amount: number): void {
  invariant(Number.isSafeInteger(amount), `An amount must be a safe integer, not ${amount}.`);
  sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(amount));
}

/**
 * The platform's balance by currency. It is computed from the objects and checked, at every change, against
 * the net amounts of their balance transactions, so that none can be missing, duplicate or of the wrong sign.
 */
export class Ledger {
  readonly #balances = new Map<string, bigint>();

  /** The effect of a set of changes, by currency. Throws `InvariantBroken` unless the balance transactions agree. */
  movements(changes: Iterable<{ before: StripeObject | undefined; after: StripeObject }>): Map<string, bigint> {
    const moved = new Map<string, bigint>();
    const posted = new Map<string, bigint>();
    for (const { before, after } of changes) {
      if (after.object === 'account') continue;
      add(moved, after.currency, worth(after) - (before === undefined ? 0 : worth(before)));
      if (after.object !== 'balance_transaction') continue;
      invariant(before === undefined, `The balance transaction ${after.id} is already posted.`);
      invariant(after.net === after.amount - after.fee, `The net of ${after.id} is not its amount minus its fee.`);
      add(posted, after.currency, after.net);
    }
    for (const [currency, movement] of moved) {
      const nets = posted.get(currency) ?? 0n;
      invariant(movement === nets, `The balance changes by ${movement} ${currency}, but its transactions by ${nets}.`);
    }
    return moved;
  }

  post(movements: ReadonlyMap<string, bigint>): void {
    for (const [currency, movement] of movements) {
      this.#balances.set(currency, this.balance(currency) + movement);
    }
  }

  balance(currency: string): bigint {
    return this.#balances.get(currency) ?? 0n;
  }

  currencies(): string[] {
    return [...this.#balances.keys()].sort();
  }
}
