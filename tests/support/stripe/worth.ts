import type { Dispute, Refund, Settlement, StripeObject } from './objects.ts';

/** Stripe's fee for a lost or won dispute, in minor units. */
export const DISPUTE_FEE = 1500;

/** Stripe's fee for a charge: 2.9 %, rounded half up, and 30 minor units. */
export function chargeFee(amount: number): number {
  return Number((BigInt(amount) * 29n + 500n) / 1000n) + 30;
}

/** An inquiry (`warning_…`) withdraws no money, nor does a dispute that was prevented; every other one has withdrawn it. */
export function isDebited(dispute: Dispute): boolean {
  return !dispute.status.startsWith('warning_') && dispute.status !== 'prevented';
}

/** The money of a refund that waits for funds, or for its charge, has not left the balance yet. */
export function isWaiting(refund: Refund): boolean {
  return refund.pending_reason === 'insufficient_funds' || refund.pending_reason === 'charge_pending';
}

/** An amount on one of the balances: of the platform if `account` is empty, otherwise of a connected account. */
export interface Worth {
  readonly account: string;
  readonly balance_type: string;
  readonly currency: string;
  readonly amount: number;
}

interface Money {
  readonly currency: string;
  readonly amount: number;
  readonly back?: number;
  readonly fee?: number;
}

/**
 * The effect of the current state of an object on the balances, calculated from the object and its settlement and never from
 * balance transactions. `account` is the connected account in which the object is, empty for the platform.
 */
export function worth(object: StripeObject, account: string, settlement: Settlement | undefined): readonly Worth[] {
  const on = (owner: string, currency: string, amount: number, balance_type = 'payments'): Worth => ({
    account: owner,
    balance_type,
    currency,
    amount,
  });
  const moved = (sign: 1 | -1, plain: Money, isReturned: boolean): Worth[] => {
    const { currency, amount, back = amount, fee = 0 } = settlement ?? plain;
    return [on(account, currency, sign * (amount - (isReturned ? back : 0)) - fee, settlement?.balance_type)];
  };
  switch (object.object) {
    case 'charge': {
      const isFailed = object.status === 'failed';
      if (!object.captured || (isFailed && object.failure_balance_transaction === null)) return [];
      const plain = { ...object, amount: object.amount_captured, fee: chargeFee(object.amount_captured) };
      const debited = object.source?.object === 'account' && !isFailed ? object.source.id : undefined;
      const lines = moved(1, plain, isFailed);
      return debited === undefined ? lines : [...lines, on(debited, object.currency, -object.amount)];
    }
    case 'refund': {
      const isReturned = object.status === 'failed' || object.status === 'canceled';
      const isUnmoved = isReturned ? object.failure_balance_transaction === undefined : isWaiting(object);
      return isUnmoved ? [] : moved(-1, object, isReturned);
    }
    case 'dispute':
      if (!isDebited(object) && !(object.status === 'prevented' && settlement)) return [];
      return moved(-1, { ...object, fee: DISPUTE_FEE }, object.status === 'won');
    case 'transfer': {
      const left = object.amount - object.amount_reversed;
      return [on('', object.currency, -left), on(String(object.destination), object.currency, left)];
    }
    case 'application_fee': {
      const left = object.amount - object.amount_refunded;
      return [on('', object.currency, left), on(String(object.account), object.currency, -left)];
    }
    case 'payout':
      return moved(-1, object, object.status === 'failed' || object.status === 'canceled');
    case 'topup':
      if (object.status !== 'succeeded' && object.status !== 'reversed') return [];
      return moved(1, object, object.status === 'reversed');
    case 'reserve_transaction':
      return [on('', object.currency, -object.amount)];
    case 'connect_collection_transfer':
      return [on('', object.currency, -object.amount), on(String(object.destination), object.currency, object.amount)];
    case 'movement':
      return [on(account, object.currency, object.net, object.balance_type)];
    default:
      return [];
  }
}
