import type Stripe from 'stripe';
import type { World } from './acts/act.ts';
import { instantFunds } from './instant-payouts.ts';

/** GET /v1/balance, of the platform or of a connected account. Other types of balance are shown where anything moved on them. */
export function balanceObject(world: World, account: string, { withNet = false } = {}): Stripe.Balance {
  const payments = amountsOf(world, account, 'payments');
  const prefunding = amountsOf(world, account, 'refund_and_dispute_prefunding');
  const issuing = amountsOf(world, account, 'issuing');
  const instant = account === '' ? [] : instantAvailable(world, account, withNet);
  const reserved = account === '' ? connectReserved(world) : [];
  return {
    object: 'balance',
    available: payments.map(({ available }) => available),
    ...(reserved.length > 0 && { connect_reserved: reserved }),
    ...(instant.length > 0 && { instant_available: instant }),
    ...(issuing.length > 0 && { issuing: { available: issuing.map(({ available }) => available) } }),
    livemode: false,
    pending: payments.map(({ pending }) => pending),
    ...(prefunding.length > 0 && {
      refund_and_dispute_prefunding: {
        available: prefunding.map(({ available }) => available),
        pending: prefunding.map(({ pending }) => pending),
      },
    }),
  };
}

type Part = Stripe.Balance.Available;

function amountsOf(world: World, account: string, balance_type: string): { available: Part; pending: Part }[] {
  const { ledger } = world.store;
  return ledger.currencies({ account, balance_type }).map((currency) => {
    const { available, pending } = ledger.funds({ account, balance_type, currency }, world.now());
    return { available: part(currency, Number(available)), pending: part(currency, Number(pending)) };
  });
}

function part(currency: string, amount: number): Part {
  return { amount, currency, source_types: { card: amount } };
}

/** What can be paid out at once, in the currencies of the bank accounts that take that; the net of each only if it is expanded. */
function instantAvailable(world: World, account: string, withNet: boolean): Stripe.Balance.InstantAvailable[] {
  const banks = world.store
    .all('bank_account', account)
    .oldestFirst()
    .filter(({ available_payout_methods: methods }) => methods?.includes('instant'));
  return [...Map.groupBy(banks, ({ currency }) => currency)].map(([currency, some]) => {
    const { amount, net } = instantFunds(world, account, currency);
    const net_available = some.map(({ id }) => ({ amount: net, destination: id, source_types: { card: net } }));
    return { ...part(currency, amount), ...(withNet && { net_available }) };
  });
}

/** What is held back for negative balances of connected accounts, from the reserve transactions. */
function connectReserved(world: World): Part[] {
  const sums = new Map<string, number>();
  for (const { currency, amount } of world.store.all('reserve_transaction').oldestFirst()) {
    sums.set(currency, (sums.get(currency) ?? 0) + amount);
  }
  return [...sums].sort().map(([currency, amount]) => part(currency, amount));
}
