import { requirePresent } from '../../../warehouse/invariant.ts';
import { prepareAccount, prepareAccountLink } from './accounts.ts';
import type { World } from './acts/act.ts';
import { balanceObject } from './balance.ts';
import { carriedRows, receivedPayment } from './carried.ts';
import { assertKnownParameters, type Form } from './form.ts';
import type { Outcome } from './idempotency.ts';
import { preparePayout } from './instant-payouts.ts';
import type { BalanceTransaction, Kind, Kinds, StripeObject } from './objects.ts';
import { type List, page } from './pagination.ts';
import { invalid, missing, Refusal } from './refusal.ts';
import { rendered } from './render.ts';
import { prepareReversal, prepareTransfer } from './transfers.ts';

/** The request of a route. */
export interface RouteRequest {
  readonly world: World;
  /** The segment at `:id` in its path, otherwise empty. */
  readonly id: string;
  readonly form: Form;
  /** The connected account in whose name it is made (`Stripe-Account`), otherwise empty. */
  readonly account: string;
}

export type Route = {
  readonly path: string;
  /** Whether it can be made in the name of a connected account. */
  readonly isConnected?: boolean;
} & (
  | { readonly method: 'GET'; readonly read: (request: RouteRequest) => unknown }
  | { readonly method: 'POST'; readonly prepare: (request: RouteRequest) => () => Outcome }
);

function shown<T extends StripeObject>(world: World, list: List<T>): List<object> {
  return { ...list, data: list.data.map((object) => rendered(object, world.now())) };
}

function list<K extends Kind>(path: string, kind: K, filters: readonly (keyof Kinds[K] & string)[]): Route {
  const read = ({ world, form, account }: RouteRequest) =>
    shown(world, page<K>(world.store.all(kind, account), form, { filters, url: path }));
  return { method: 'GET', path, read };
}

/** Like `list`, but `payout` selects what one carried, and `expand[]=data.source` replaces the id of the source by the object. */
function listMovements(path: string): Route {
  const read = ({ world, account, form: { expand, payout, ...form } }: RouteRequest) => {
    const filters = ['type', 'source', 'currency'] as const;
    const all = world.store.all('balance_transaction', account);
    const rows = payout === undefined ? all : carriedRows(world, account, String(payout));
    const list = page<'balance_transaction'>(rows, form, { filters, url: path });
    if (expand === undefined) return shown(world, list);
    const asked = typeof expand === 'string' ? [expand] : Object.values(expand);
    if (asked.length !== 1 || asked[0] !== 'data.source') {
      throw invalid(`This property cannot be expanded: ${JSON.stringify(expand)}.`, { param: 'expand' });
    }
    const data = list.data.map((row) => ({ ...rendered(row, world.now()), source: sourceOf(world, row, account) }));
    return { ...list, data };
  };
  return { method: 'GET', path, read, isConnected: true };
}

const SOURCES = [
  'charge',
  'refund',
  'dispute',
  'transfer',
  'transfer_reversal',
  'application_fee',
  'fee_refund',
  'payout',
  'topup',
  'reserve_transaction',
  'connect_collection_transfer',
] as const;

/** The object, null without one. Of what happened inside a connected account, and of a movement, only the id is known. */
function sourceOf(world: World, { id, source, created }: BalanceTransaction, account: string): unknown {
  if (source === null) return null;
  const found = SOURCES.map((kind) => world.store.all<Kind>(kind, account).get(String(source)));
  const object = found.find((each) => each !== undefined);
  if (object !== undefined) return rendered(object, world.now());
  const received = account === '' ? undefined : receivedPayment(world, String(source));
  if (received !== undefined) return received;
  const isFree = account !== '' || world.store.all('movement').get(id) !== undefined;
  return requirePresent(isFree ? source : undefined, `The source of ${id} of ${created} must exist.`);
}

/** The reversals of one transfer: Stripe has no list of all. */
function listReversals({ world: { store }, form, id }: RouteRequest): unknown {
  assertKnownParameters(form, ['limit', 'starting_after', 'ending_before']);
  if (store.all('transfer').get(id) === undefined) throw missing('transfer', id);
  const url = `/v1/transfers/${id}/reversals`;
  const of = { ...form, transfer: id };
  return page<'transfer_reversal'>(store.all('transfer_reversal'), of, { filters: ['transfer'], url });
}

function retrieve(path: string, kind: Exclude<Kind, 'account'>): Route {
  const read = ({ world, form, id, account }: RouteRequest) => {
    assertKnownParameters(form, []);
    const found = world.store.all<Kind>(kind, account).get(id);
    if (found === undefined) throw missing(kind, id);
    return rendered(found, world.now());
  };
  return { method: 'GET', path, read };
}

function retrieveAccount({ world, form, id }: RouteRequest): unknown {
  assertKnownParameters(form, []);
  assertAccount(world, id);
  return world.store.all('account').get(id);
}

/** Throws Stripe's refusal for an account that is unknown, deleted or disconnected. */
export function assertAccount(world: World, id: string): void {
  if (world.store.all('account').get(id) !== undefined) return;
  throw new Refusal(403, {
    type: 'invalid_request_error',
    code: 'account_invalid',
    message: `The provided key does not have access to account '${id}' (or that account does not exist).`,
  });
}

function listExternalAccounts({ world, form, id }: RouteRequest): unknown {
  assertKnownParameters(form, ['limit', 'starting_after', 'ending_before', 'object']);
  assertAccount(world, id);
  const url = `/v1/accounts/${id}/external_accounts`;
  return shown(world, page<'bank_account'>(world.store.all('bank_account', id), form, { filters: ['object'], url }));
}

function retrieveBalance({ world, form, account }: RouteRequest): unknown {
  assertKnownParameters(form, ['expand']);
  const { expand = {} } = form;
  const asked = typeof expand === 'string' ? [expand] : Object.values(expand);
  const other = asked.find((name) => name !== 'instant_available.net_available');
  if (other !== undefined) throw invalid(`This property cannot be expanded: ${other}.`, { param: 'expand' });
  return balanceObject(world, account, { withNet: asked.length > 0 });
}

const inAccounts = (route: Route): Route => ({ ...route, isConnected: true });

/** Every operation of the local Stripe. */
const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/v1/balance', read: retrieveBalance, isConnected: true },
  listMovements('/v1/balance_transactions'),
  inAccounts(retrieve('/v1/balance_transactions/:id', 'balance_transaction')),
  list('/v1/charges', 'charge', []),
  retrieve('/v1/charges/:id', 'charge'),
  list('/v1/refunds', 'refund', ['charge']),
  retrieve('/v1/refunds/:id', 'refund'),
  list('/v1/disputes', 'dispute', ['charge']),
  retrieve('/v1/disputes/:id', 'dispute'),
  list('/v1/accounts', 'account', []),
  { method: 'GET', path: '/v1/accounts/:id', read: retrieveAccount },
  { method: 'GET', path: '/v1/accounts/:id/external_accounts', read: listExternalAccounts },
  list('/v1/transfers', 'transfer', ['destination', 'transfer_group']),
  retrieve('/v1/transfers/:id', 'transfer'),
  inAccounts(list('/v1/payouts', 'payout', ['status'])),
  inAccounts(retrieve('/v1/payouts/:id', 'payout')),
  list('/v1/topups', 'topup', ['status']),
  retrieve('/v1/topups/:id', 'topup'),
  { method: 'GET', path: '/v1/transfers/:id/reversals', read: listReversals },
  { method: 'POST', path: '/v1/transfers', prepare: ({ form, world }) => prepareTransfer(form, world) },
  { method: 'POST', path: '/v1/accounts', prepare: ({ form, world }) => prepareAccount(form, world) },
  { method: 'POST', path: '/v1/account_links', prepare: ({ form, world }) => prepareAccountLink(form, world) },
  {
    method: 'POST',
    path: '/v1/payouts',
    prepare: ({ form, world, account }) => preparePayout(form, world, account),
    isConnected: true,
  },
  {
    method: 'POST',
    path: '/v1/transfers/:id/reversals',
    prepare: ({ id, form, world }) => prepareReversal(id, form, world),
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
