import type { AccountLink } from '../../jobs/payout-accounts/account-link.ts';
import type { PayoutAccount } from '../../jobs/payout-accounts/accounts.ts';
import { oneOf } from './acts.ts';
import type { Client } from './client.ts';
import type { Act } from './command.ts';

const create: Act = async (args, { open }) => {
  const [creator] = args.named('The id of the creator');
  const body = { country: args.required('country'), email: args.option('email'), by: args.person() };
  const made = await (await open()).requestJson<object>(pathOf(creator), { method: 'POST', body });
  return { value: { ...made, note: `Next: tantieme accounts link ${creator}` } };
};

const link: Act = async (args, { open }) => {
  const [creator] = args.named('The id of the creator');
  const body = { return_url: args.option('return-url'), refresh_url: args.option('refresh-url') };
  const made = await (await open()).requestJson<AccountLink>(`${pathOf(creator)}/links`, { method: 'POST', body });
  return { value: { ...made, note: 'The link works once, and only for the creator: send it to nobody else.' } };
};

const list: Act = async (args, { open, isJson }) => {
  args.named();
  const found: PayoutAccount[] = [];
  for await (const account of accountsIn(await open(), args.flag('incomplete'))) found.push(account);
  return { value: { accounts: isJson ? found : found.map(lineOf) } };
};

const show: Act = async (args, { open, isJson }) => {
  const [creator] = args.named('The id of the creator');
  const account = await (await open()).requestJson<PayoutAccount>(pathOf(creator));
  return { value: isJson ? { ...account } : shown(account) };
};

/** Creates, completes, lists and shows the accounts at Stripe to which creators are paid. */
export const accounts = oneOf({ create, link, list, show });

const pathOf = (creator: string): string => `/v1/creators/${encodeURIComponent(creator)}/payout-account`;

function lineOf(account: PayoutAccount): object {
  const { creator_id, account_id_stripe, country, state, transfers_status, payouts_enabled } = account;
  const { currently_due, past_due, pending_verification, requirements_due_at, disabled_reason, read_at } = account;
  return {
    ...{ creator_id, account: account_id_stripe, country, state, transfers: transfers_status },
    ...{ payouts: payouts_enabled, due: currently_due.length, past_due: past_due.length },
    ...{ pending: pending_verification.length, due_at: requirements_due_at, disabled_reason, read_at },
  };
}

function shown({ currently_due, past_due, pending_verification, ...account }: PayoutAccount): Record<string, unknown> {
  return {
    ...account,
    currently_due: currently_due.join(', ') || null,
    past_due: past_due.join(', ') || null,
    pending_verification: pending_verification.join(', ') || null,
  };
}

async function* accountsIn(client: Client, incomplete: boolean): AsyncGenerator<PayoutAccount> {
  for (let cursor = ''; ; ) {
    const { data, next_cursor } = await client.requestJson<{ data: PayoutAccount[]; next_cursor: string | null }>(
      `/v1/payout-accounts?limit=1000&incomplete=${incomplete}${cursor && `&cursor=${cursor}`}`,
    );
    yield* data;
    if (next_cursor === null) return;
    cursor = next_cursor;
  }
}
