import type Stripe from 'stripe';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { assertKnownParameters, type Form } from './form.ts';
import type { Outcome } from './idempotency.ts';
import type { Account, BalanceTransaction, Kind, Kinds, StripeObject, TransferReversal } from './objects.ts';
import { type List, page } from './pagination.ts';
import { invalid, missing, Refusal } from './refusal.ts';
import type { Store } from './store.ts';
import { type Books, prepareReversal, prepareTransfer } from './transfers.ts';

/** The request of a route: `id` is the segment at `:id` in its path, otherwise ''. */
export interface RouteRequest extends Books {
  readonly id: string;
  readonly form: Form;
}

type Route = { readonly path: string } & (
  | { readonly method: 'GET'; readonly read: (request: RouteRequest) => unknown }
  | { readonly method: 'POST'; readonly prepare: (request: RouteRequest) => () => Outcome }
);

function list<K extends Kind>(path: string, kind: K, filters: readonly (keyof Kinds[K] & string)[]): Route {
  return {
    method: 'GET',
    path,
    read: ({ store, form }) => page<K>(store.all(kind), form, { filters, url: path }),
  };
}

/** Like `list`, but `expand[]=data.source` replaces the id of the source by the object. */
function listMovements(path: string): Route {
  const read = ({ store, form: { expand, ...form } }: RouteRequest) => {
    const filters = ['type', 'source', 'currency'] as const;
    const list = page<'balance_transaction'>(store.all('balance_transaction'), form, { filters, url: path });
    if (expand === undefined) return list;
    const asked = typeof expand === 'string' ? [expand] : Object.values(expand);
    if (asked.length !== 1 || asked[0] !== 'data.source') {
      throw invalid(`This property cannot be expanded: ${JSON.stringify(expand)}.`, { param: 'expand' });
    }
    return { ...list, data: list.data.map((line) => ({ ...line, source: sourceOf(store, line) })) };
  };
  return { method: 'GET', path, read };
}

function sourceOf(store: Store, { id, source }: BalanceTransaction): StripeObject {
  const kinds = ['charge', 'refund', 'dispute', 'transfer', 'transfer_reversal', 'payout'] as const;
  const found = kinds.map((kind) => store.all<Kind>(kind).get(String(source)));
  return requirePresent(
    found.find((object) => object !== undefined),
    `The source of ${id} must exist.`,
  );
}

/** The reversals of one transfer: Stripe has no list of all. */
function listReversals({ store, form, id }: RouteRequest): List<TransferReversal> {
  assertKnownParameters(form, ['limit', 'starting_after', 'ending_before']);
  if (store.all('transfer').get(id) === undefined) throw missing('transfer', id);
  const url = `/v1/transfers/${id}/reversals`;
  const of = { ...form, transfer: id };
  return page<'transfer_reversal'>(store.all('transfer_reversal'), of, { filters: ['transfer'], url });
}

function retrieve(path: string, kind: Exclude<Kind, 'account'>): Route {
  const read = ({ store, form, id }: RouteRequest) => {
    assertKnownParameters(form, []);
    const found = store.all<Kind>(kind).get(id);
    if (found === undefined) throw missing(kind, id);
    return found;
  };
  return { method: 'GET', path, read };
}

function retrieveAccount({ store, form, id }: RouteRequest): Account {
  assertKnownParameters(form, []);
  const account = store.all('account').get(id);
  if (account !== undefined) return account;
  throw new Refusal(403, {
    type: 'invalid_request_error',
    code: 'account_invalid',
    message: `The provided key does not have access to account '${id}' (or that account does not exist).`,
  });
}

function balanceObject(store: Store): Stripe.Balance {
  const available = store.ledger.currencies().map((currency) => {
    const amount = Number(store.ledger.balance(currency));
    return { amount, currency, source_types: { card: amount } };
  });
  const pending = available.map(({ currency }) => ({ amount: 0, currency, source_types: { card: 0 } }));
  return { object: 'balance', available, livemode: false, pending };
}

function retrieveBalance({ store, form }: RouteRequest): Stripe.Balance {
  assertKnownParameters(form, []);
  return balanceObject(store);
}

/** Every operation of the local Stripe. */
const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/v1/balance', read: retrieveBalance },
  listMovements('/v1/balance_transactions'),
  retrieve('/v1/balance_transactions/:id', 'balance_transaction'),
  list('/v1/charges', 'charge', []),
  retrieve('/v1/charges/:id', 'charge'),
  list('/v1/refunds', 'refund', ['charge']),
  retrieve('/v1/refunds/:id', 'refund'),
  list('/v1/disputes', 'dispute', ['charge']),
  retrieve('/v1/disputes/:id', 'dispute'),
  list('/v1/accounts', 'account', []),
  { method: 'GET', path: '/v1/accounts/:id', read: retrieveAccount },
  list('/v1/transfers', 'transfer', ['destination', 'transfer_group']),
  retrieve('/v1/transfers/:id', 'transfer'),
  list('/v1/payouts', 'payout', ['status']),
  retrieve('/v1/payouts/:id', 'payout'),
  { method: 'GET', path: '/v1/transfers/:id/reversals', read: listReversals },
  { method: 'POST', path: '/v1/transfers', prepare: ({ form, ...books }) => prepareTransfer(form, books) },
  {
    method: 'POST',
    path: '/v1/transfers/:id/reversals',
    prepare: ({ id, form, ...books }) => prepareReversal(id, form, books),
  },
];

/** The route of a request and the id in its path. Refuses unknown requests, as Stripe does. */
export function findRoute(method: string, path: string): { route: Route; id: string } {
  const segments = path.split('/');
  for (const route of ROUTES) {
    const pattern = route.path.split('/');
    const fits = pattern.every((part, at) => (part === ':id' ? segments[at] !== '' : part === segments[at]));
    if (route.method === method && pattern.length === segments.length && fits) {
      return { route, id: segments[pattern.indexOf(':id')] ?? '' };
    }
  }
  throw new Refusal(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path}). The local Stripe does not support this request.`,
  });
}
