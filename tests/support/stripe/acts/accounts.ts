import type Stripe from 'stripe';
import { Rejected } from '../../../../warehouse/errors.ts';
import { fingerprint } from '../fingerprint.ts';
import { accountObject, bankAccountObject } from '../objects/account.ts';
import { seconds } from '../objects.ts';
import type { World } from './act.ts';

export interface AccountAct {
  readonly id: string;
  /** Two letters, `DE`. */
  readonly country: string;
  /** In Stripe's form: `eur`. Default: none, as of an account that is just created. */
  readonly default_currency?: string;
  readonly transfers_enabled: boolean;
  readonly payouts_enabled: boolean;
  /** The creator whom its metadata names. */
  readonly creator_id?: string;
  /** Default: now. */
  readonly created_at_ms?: number;
  /** The capability for transfers. Default: `active` or `inactive`, by `transfers_enabled`. */
  readonly transfers?: 'active' | 'inactive' | 'pending';
  /** Default: none if both are enabled, otherwise a document that is past due. */
  readonly requirements?: Partial<Stripe.Account.Requirements>;
}
interface ExternalAccountAct {
  readonly id: string;
  /** The connected account that it belongs to. */
  readonly account: string;
  /** In Stripe's form: `usd`. */
  readonly currency: string;
  /** Default: that of the connected account. */
  readonly country?: string;
  readonly created_at_ms: number;
  /** Default: only standard payouts. */
  readonly takes_instant?: boolean;
}
interface ChangeExternalAccountAct {
  readonly id: string;
  readonly account: string;
  /** `errored`: payouts of its currency are refused. */
  readonly status: 'new' | 'validated' | 'verified' | 'verification_failed' | 'errored';
  readonly at_ms: number;
}

function partsOf({ id, transfers_enabled, transfers, payouts_enabled, creator_id, requirements, ...act }: AccountAct) {
  const capability = transfers ?? (transfers_enabled ? 'active' : 'inactive');
  const { default_currency } = act;
  return { id, transfers: capability, payouts_enabled, creator_id, requirements, default_currency };
}

export function account(world: World, act: AccountAct): void {
  world.once('account', act, () => {
    const created = seconds(act.created_at_ms ?? world.options.clock.now());
    return [accountObject({ ...partsOf(act), country: act.country, created })];
  });
}

/** Restricts an account or lifts the restriction, or moves it to another country; no effect if it already has that state. */
export function changeAccount(
  world: World,
  act: Omit<AccountAct, 'country' | 'created_at_ms'> & { readonly country?: string },
): void {
  const known = world.known('account', act.id);
  const { created, email, controller, type } = known;
  const { country, default_currency } = { ...known, ...act };
  const parts = partsOf({ ...act, country, ...(default_currency && { default_currency }) });
  const { metadata, ...changed } = accountObject({ ...parts, country, created });
  const whole = {
    ...changed,
    email,
    type,
    ...(controller && { controller }),
    metadata: { ...known.metadata, ...metadata },
  };
  if (fingerprint(whole) !== fingerprint(known)) world.store.commit({ put: [whole] });
}

/** The creator gives through an account link what is due; Stripe verifies it at once. No effect if nothing is due. */
export function completeAccount(world: World, id: string): void {
  changeAccount(world, { id, transfers_enabled: true, payouts_enabled: true });
}

/** Deletes or disconnects an account: for the platform it no longer exists. */
export function deleteAccount(world: World, id: string): void {
  world.known('account', id);
  world.store.commit({ put: [], deleted: { account: id } });
}

/** Adds a bank account; it becomes the default for its currency. */
export function externalAccount(world: World, act: ExternalAccountAct): void {
  world.once('externalAccount', act, () => {
    const { id, account, currency } = act;
    const { country } = { ...world.known('account', account), ...act };
    const created = seconds(act.created_at_ms);
    const bank = bankAccountObject({
      id,
      account,
      country,
      currency,
      created,
      status: 'new',
      takesInstant: act.takes_instant,
    });
    const replaced = world.store
      .all('bank_account', account)
      .oldestFirst()
      .filter((other) => other.currency === currency && other.default_for_currency)
      .map((other) => ({ ...other, default_for_currency: false }));
    return { put: [], connected: [{ account, put: [...replaced, bank] }] };
  });
}

export function changeExternalAccount(world: World, act: ChangeExternalAccountAct): void {
  const { id, account, status } = act;
  const bank = world.known('bank_account', id, account);
  if (bank.status !== status) world.store.commit({ put: [], connected: [{ account, put: [{ ...bank, status }] }] });
}

/** The bank account to which a connected account pays out. Throws `Rejected` while its payouts are stopped. */
export function payoutDestination(world: World, account: string, currency: string): string {
  if (!world.known('account', account).payouts_enabled) {
    throw new Rejected(`The account ${account} cannot pay out: its payouts are disabled.`);
  }
  const bank = world.store
    .all('bank_account', account)
    .oldestFirst()
    .findLast((each) => each.currency === currency && each.default_for_currency);
  if (bank === undefined) throw new Rejected(`The account ${account} has no bank account for ${currency}.`);
  if (bank.status === 'errored') throw new Rejected(`The bank account ${bank.id} of ${account} has failed.`);
  return bank.id;
}
