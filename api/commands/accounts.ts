import type { AccountLink } from '../../jobs/payout-accounts/account-link.ts';
import type { PayoutAccount } from '../../jobs/payout-accounts/accounts.ts';
import type { InstantChoice } from '../../jobs/payouts/instant/choices.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { FIELDS } from '../../warehouse/vocabulary/fields.ts';
import { oneOf } from './acts.ts';
import { allRows } from './all-rows.ts';
import { bankAccount } from './bank.ts';
import { type Act, WrongUsage } from './command.ts';

const create: Act = async (args, { open }) => {
  const [creator] = args.require('The id of the creator');
  const body = { country: args.requireOption('country'), email: args.option('email'), by: args.requirePerson() };
  const made = await (await open()).requestJson<object>(pathOf(creator), { method: 'POST', body });
  return { value: { ...made, note: `Next: tantieme accounts link ${creator}` } };
};

const link: Act = async (args, { open }) => {
  const [creator] = args.require('The id of the creator');
  const body = { return_url: args.option('return-url'), refresh_url: args.option('refresh-url') };
  const made = await (await open()).requestJson<AccountLink>(`${pathOf(creator)}/links`, { method: 'POST', body });
  return { value: { ...made, note: 'The link works once, and only for the creator: send it to nobody else.' } };
};

const list: Act = async (args, { open, isJson }) => {
  args.require();
  const found = await allRows<PayoutAccount>(await open(), `/v1/payout-accounts?incomplete=${args.flag('incomplete')}`);
  return { value: isJson ? { accounts: found } : listed(found) };
};

const show: Act = async (args, { open, isJson }) => {
  const [creator] = args.require('The id of the creator');
  const account = await (await open()).requestJson<PayoutAccount>(pathOf(creator));
  return { value: isJson ? { ...account } : shown(account) };
};

const instant: Act = async (args, { open }) => {
  const [creator, choice] = args.require('The id of the creator', 'on, off or show');
  const path = `${requireCreatorPath(creator)}/instant-payouts`;
  const client = await open();
  if (choice === 'show') return { value: { ...(await client.requestJson<InstantChoice>(path)) } };
  if (choice !== 'on' && choice !== 'off') throw new WrongUsage(`${choice} is not on, off or show.`);
  const body = { is_instant: choice === 'on', by: args.requirePerson() };
  return { value: { ...(await client.requestJson<InstantChoice>(path, { method: 'POST', body })) } };
};

/** Creates, completes, lists and shows the accounts at Stripe to which creators are paid, and records bank accounts. */
export const accounts = oneOf({ create, link, list, show, instant, bank: bankAccount });

/** Throws `Rejected` for what cannot be the id of a creator. */
function requireCreatorPath(creator: string): string {
  if (!IDS.test(creator))
    throw new Rejected(`There is no creator ${JSON.stringify(creator)}: the id of a creator is written like cr_ada.`);
  return `/v1/creators/${encodeURIComponent(creator)}`;
}

const pathOf = (creator: string): string => `${requireCreatorPath(creator)}/payout-account`;

const IDS = new RegExp(FIELDS.creator_id.pattern ?? '');

/** The accounts in tables for 80 columns: a line each, and what is missing to those that are not complete. */
function listed(accounts: readonly PayoutAccount[]): Record<string, unknown> {
  const incomplete = accounts.filter(({ state }) => state !== 'complete');
  return {
    accounts: accounts.map(({ creator_id, account_id_stripe, country, state }) => ({
      ...{ creator_id, account: account_id_stripe, in: country, state },
    })),
    ...(incomplete.length > 0 && {
      incomplete: incomplete.map((each) => ({ creator_id: each.creator_id, missing: missingTo(each) })),
    }),
  };
}

/** `transfers inactive; no payouts to the bank; 4 due; 4 past due; requirements.past_due`. */
function missingTo(account: PayoutAccount): string {
  const { state, transfers_status, payouts_enabled, currently_due, past_due, pending_verification } = account;
  const { requirements_due_at, disabled_reason } = account;
  if (state === 'closed') return 'deleted or disconnected at Stripe';
  if (state === 'unread') return 'not read from Stripe yet';
  const counted = (names: readonly string[], what: string) => (names.length === 0 ? [] : `${names.length} ${what}`);
  const by = requirements_due_at === null ? '' : ` by ${requirements_due_at.slice(0, 10)}`;
  return [
    transfers_status === 'active' ? [] : `transfers ${transfers_status ?? 'not requested'}`,
    payouts_enabled ? [] : 'no payouts to the bank',
    counted(currently_due, `due${by}`),
    counted(past_due, 'past due'),
    counted(pending_verification, 'being verified'),
    disabled_reason ?? [],
  ]
    .flat()
    .join('; ');
}

function shown({ currently_due, past_due, pending_verification, ...account }: PayoutAccount): Record<string, unknown> {
  return {
    ...account,
    currently_due: currently_due.join(', ') || null,
    past_due: past_due.join(', ') || null,
    pending_verification: pending_verification.join(', ') || null,
  };
}
