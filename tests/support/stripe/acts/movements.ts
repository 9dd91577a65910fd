import { balanceTransaction } from '../objects/row.ts';
import { type Effects, type Movement, type StripeObject, seconds } from '../objects.ts';
import { type Amount, type BalanceType, minor, optionalSigned, signed, type World } from './act.ts';

export interface MovementAct {
  /** Of the balance transaction: `txn_…`. */
  readonly id: string;
  readonly reporting_category: string;
  readonly type: string;
  /** Signed. */
  readonly amount_minor: Amount;
  /** Positive if Stripe takes it. Default: 0. */
  readonly fee_minor?: Amount;
  /** The part of the fee that is tax on it. */
  readonly tax_minor?: Amount;
  readonly currency: string;
  readonly created_at_ms: number;
  /** Default: `payments`. The rows of the other types do not move the balance of payments. */
  readonly balance_type?: BalanceType;
  /** Any id, of an object that need not exist. Default: null. */
  readonly source?: string;
  readonly description?: string;
  /** Default: at once. */
  readonly available_at_ms?: number;
  /** The connected account in which it happens. Default: the platform. */
  readonly account?: string;
}
interface ConnectReserveAct {
  /** Of the reserve transaction: `rtx_…`. */
  readonly id: string;
  /** Positive: held back for negative balances of connected accounts. Negative: released. */
  readonly amount_minor: Amount;
  readonly currency: string;
  readonly created_at_ms: number;
}
interface CollectFromReserveAct {
  /** Of the collection transfer: `connct_…`. */
  readonly id: string;
  /** The connected account that was negative for 180 days. */
  readonly account: string;
  readonly amount_minor: Amount;
  readonly currency: string;
  readonly created_at_ms: number;
  /** The id of the reserve transaction that releases the amount for it. Default: none, which Stripe does not document. */
  readonly release?: string;
}

/** A balance transaction of any category without an object of its own: a fee, a tax, an adjustment, a hold, an advance … */
export function movement(world: World, act: MovementAct): void {
  world.once('movement', act, (): Effects => {
    const { id, reporting_category, type, currency, description, balance_type = 'payments', account = '' } = act;
    const created = seconds(act.created_at_ms);
    const available_on = act.available_at_ms === undefined ? undefined : seconds(act.available_at_ms);
    if (account !== '') world.known('account', account);
    const [amount, fee] = [signed(act.amount_minor), optionalSigned(act.fee_minor) ?? 0];
    const posting = {
      id,
      source: act.source ?? null,
      amount,
      fee,
      tax: optionalSigned(act.tax_minor),
      currency,
      created,
    };
    const line = balanceTransaction(reporting_category, { ...posting, type, available_on, balance_type, description });
    const reason: Movement = { id, object: 'movement', created, currency, net: amount - fee, balance_type };
    const put: StripeObject[] = [reason, line];
    return account === '' ? { put } : { put: [], connected: [{ account, put }] };
  });
}

/** Stripe holds back what connected accounts owe, or releases it. */
export function connectReserve(world: World, act: ConnectReserveAct): void {
  world.once('connectReserve', act, () => reserved(act, seconds(act.created_at_ms)));
}

function reserved({ id, currency, amount_minor }: Omit<ConnectReserveAct, 'created_at_ms'>, created: number) {
  const amount = signed(amount_minor);
  const posting = { source: id, amount: -amount, currency, created };
  const line = balanceTransaction('connect_reserved_funds', posting);
  const object = 'reserve_transaction' as const;
  return [{ id, object, amount, created, currency, description: null }, line];
}

/** Stripe pays what a connected account has owed for 180 days: docs.stripe.com/connect/account-balances. */
export function collectFromReserve(world: World, act: CollectFromReserveAct): void {
  world.once('collectFromReserve', act, (): Effects => {
    const { id, currency } = act;
    const { id: account } = world.known('account', act.account);
    const amount = minor(act.amount_minor);
    const created = seconds(act.created_at_ms);
    const release =
      act.release === undefined ? [] : reserved({ id: act.release, currency, amount_minor: -amount }, created);
    const posting = { source: id, currency, created };
    const inside = balanceTransaction('connect_collection_transfer', { ...posting, amount });
    const line = balanceTransaction('connect_collection_transfer', { ...posting, amount: -amount });
    const object = 'connect_collection_transfer' as const;
    const made = { id, object, amount, created, currency, destination: account, livemode: false };
    return { put: [...release, made, line], connected: [{ account, put: [inside] }] };
  });
}
