import { creatorPayoutAccountUpdated } from '../../ingest/events/creators.ts';
import { enqueueEvent } from '../../ingest/outbox/enqueue-event.ts';
import { derivedId } from '../../warehouse/ids.ts';
import type { PayoutAccountStatesTable, PayoutAccountsTable } from '../../warehouse/operational/payout-tables.ts';
import { textList } from '../../warehouse/text-list.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import type { Services } from '../job.ts';
import { ACCOUNT_QUERIES, reportedAccounts } from './queries.ts';

type Stores = Pick<Services, 'operational' | 'warehouse'>;
type Status = PayoutAccountStatesTable['account_status'];

interface ReadAccount extends ValueRow {
  readonly id_stripe: string;
  readonly transfers_status: string | null;
  readonly named_creator_id: string | null;
  readonly is_deleted: boolean;
  readonly pulled_at: string;
}

interface Change extends PayoutAccountStatesTable {
  readonly creator_id: string;
}

/**
 * Reports each change of the accounts that we have created, as `Creator Payout Account Updated`: one event a change, in the transaction
 * that records it. Call it after Stripe's records have been stored. Returns the number of changes.
 */
export async function reportAccountChanges(stores: Stores): Promise<number> {
  let reported = 0;
  // Another run may have stored a newer version, or reported, since the records were read.
  for (;;) {
    const changes = await changesNow(stores);
    if (changes.length === 0) return reported;
    for (const change of changes) if (await report(stores, change)) reported += 1;
  }
}

async function changesNow({ operational, warehouse }: Stores): Promise<readonly Change[]> {
  const own = await ownAccounts(operational);
  if (own.size === 0) return [];
  const read = await warehouse.query<ReadAccount>(...ACCOUNT_QUERIES.followed_accounts(textList([...own.keys()])));
  const changes = read.flatMap((account) => {
    const { creator_id, number, account_status, read_at } = own.get(account.id_stripe) as OwnAccount;
    // What is deleted has only its id.
    if (!account.is_deleted && account.named_creator_id !== creator_id) return [];
    const status = statusOf(account);
    if (status === account_status || (read_at !== null && account.pulled_at <= read_at)) return [];
    const state = { account_id_stripe: account.id_stripe, number: (number ?? 0) + 1, account_status: status };
    return [{ ...state, read_at: account.pulled_at, creator_id }];
  });
  return changes.length === 0 ? [] : withoutReplaced(warehouse, changes);
}

/** Whether it can take transfers. An account that Stripe has rejected can be looked into, so it is not closed. */
function statusOf({ is_deleted, transfers_status }: ReadAccount): Status {
  if (is_deleted) return 'closed';
  return transfers_status === 'active' ? 'active' : 'restricted';
}

/** The marketplace may have moved a creator to another account since; that one is paid, and its own reports count. */
async function withoutReplaced(warehouse: Stores['warehouse'], changes: readonly Change[]): Promise<readonly Change[]> {
  const reported = await reportedAccounts(
    warehouse,
    changes.map(({ creator_id }) => creator_id),
  );
  return changes.filter(({ creator_id, account_id_stripe }) => {
    const last = reported.get(creator_id);
    return last === undefined || last.account_id_stripe === account_id_stripe || last.account_status === 'closed';
  });
}

interface OwnAccount extends Pick<PayoutAccountsTable, 'account_id_stripe' | 'creator_id'> {
  readonly number: number | null;
  readonly account_status: Status | null;
  readonly read_at: string | null;
}

/** The account of each creator that we have created last, with its last state, by its id. */
async function ownAccounts(operational: Stores['operational']): Promise<ReadonlyMap<string, OwnAccount>> {
  const rows = await operational
    .selectFrom('payout_accounts as account')
    .leftJoin('payout_account_states as state', 'state.account_id_stripe', 'account.account_id_stripe')
    .distinctOn('account.creator_id')
    .select([
      'account.account_id_stripe',
      'account.creator_id',
      'state.number',
      'state.account_status',
      'state.read_at',
    ])
    .orderBy('account.creator_id')
    .orderBy('account.sequence', 'desc')
    .orderBy('state.number', 'desc')
    .execute();
  return new Map(rows.map((row) => [row.account_id_stripe, row]));
}

/** False if another run has reported a change meanwhile. */
async function report({ operational }: Stores, { creator_id, ...state }: Change): Promise<boolean> {
  return operational.transaction().execute(async (transaction) => {
    const inserted = await transaction
      .insertInto('payout_account_states')
      .values(state)
      .onConflict((conflict) => conflict.doNothing())
      .returning('number')
      .executeTakeFirst();
    if (!inserted) return false;
    const { account_id_stripe, account_status } = state;
    await enqueueEvent(transaction, {
      declaration: creatorPayoutAccountUpdated,
      properties: { creator_id, account_id_stripe, account_status },
      messageId: derivedId('pas', account_id_stripe, String(state.number)),
      occurredAt: state.read_at,
    });
    return true;
  });
}
