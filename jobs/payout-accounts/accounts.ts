import { Conflict } from '../../warehouse/errors.ts';
import { textList } from '../../warehouse/text-list.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { creatorExists, unknownCreator } from '../creators.ts';
import type { Services } from '../job.ts';
import { disabledBecause } from './disabled-reasons.ts';
import { ACCOUNT_QUERIES, reportedAccounts } from './queries.ts';

type Stores = Pick<Services, 'operational' | 'warehouse'>;

/** The connected account of a creator, as Stripe's records had it when they were last read. */
export interface PayoutAccount {
  readonly creator_id: string;
  readonly account_id_stripe: string;
  readonly country: string | null;
  /** `complete`: it takes transfers and pays out, and nothing is due. `unread`: Stripe's record of it was not read yet. */
  readonly state: 'complete' | 'incomplete' | 'closed' | 'unread';
  /** Stripe's status of the capability: `active`, `inactive`, `pending`. */
  readonly transfers_status: string | null;
  readonly payouts_enabled: boolean | null;
  readonly is_submitted: boolean | null;
  /** Stripe's names of what it requires. */
  readonly currently_due: readonly string[];
  readonly past_due: readonly string[];
  readonly pending_verification: readonly string[];
  readonly requirements_due_at: string | null;
  readonly disabled_reason: string | null;
  /** The reason in words. */
  readonly disabled_because: string | null;
  readonly read_at: string | null;
  /** Who created it with Tantieme, and when; null for an account that the marketplace has opened. */
  readonly created_by: string | null;
  readonly created_at: string | null;
}

interface AsRead extends ValueRow {
  /** Null of an account that was deleted and whose creator has another one. */
  readonly creator_id: string | null;
  readonly account_id_stripe: string;
  readonly country: string | null;
  readonly is_deleted: boolean;
  readonly transfers_status: string | null;
  readonly is_payable: boolean | null;
  readonly is_submitted: boolean | null;
  readonly disabled_reason: string | null;
  readonly currently_due: string | null;
  readonly past_due: string | null;
  readonly pending_verification: string | null;
  readonly requirements_due_at: string | null;
  /** When Stripe created it, and when its stored version was read; null if it was never read. */
  readonly created_at: string | null;
  readonly pulled_at: string | null;
}

interface AccountsRequest {
  /** Only those that are not complete. */
  readonly incomplete?: boolean | undefined;
  /** The creator and account after which the page begins. */
  readonly after?: readonly string[] | undefined;
  readonly limit: number;
}

/** The connected accounts of creators, by creator and account. */
export async function accountPage(
  stores: Stores,
  { incomplete = false, after, limit }: AccountsRequest,
): Promise<{ readonly accounts: PayoutAccount[]; readonly hasMore: boolean }> {
  const begin = after && JSON.stringify(after);
  const all = (await accountsOf(stores, '')).filter(
    (account) =>
      (!incomplete || account.state === 'incomplete' || account.state === 'unread') &&
      (begin === undefined || JSON.stringify([account.creator_id, account.account_id_stripe]) > begin),
  );
  return { accounts: all.slice(0, limit), hasMore: all.length > limit };
}

/** The account that a creator is paid to. Throws `NotFound` for an unknown creator, `Conflict` for one without an account. */
export async function requireCurrentAccount(stores: Stores, creatorId: string): Promise<PayoutAccount> {
  const accounts = await accountsOf(stores, creatorId);
  const reported = (await reportedAccounts(stores.warehouse, [creatorId])).get(creatorId);
  const isReported = ({ account_id_stripe }: PayoutAccount): boolean =>
    account_id_stripe === reported?.account_id_stripe && reported.account_status !== 'closed';
  // A new account of ours is reported with the next load of events.
  const byAge = accounts.toSorted((a, b) => ((a.created_at ?? '') < (b.created_at ?? '') ? 1 : -1));
  const found = accounts.find(isReported) ?? byAge.find(({ state }) => state !== 'closed') ?? byAge[0];
  if (found) return found;
  if (!(await creatorExists(stores.warehouse, creatorId))) throw unknownCreator(creatorId);
  throw new Conflict(
    `${creatorId} has no payout account; create one with "tantieme accounts create ${creatorId} --country …".`,
  );
}

/** Those of one creator, or of all if its id is empty. */
async function accountsOf(stores: Stores, creatorId: string): Promise<PayoutAccount[]> {
  const { warehouse } = stores;
  const own = await ownAccounts(stores, creatorId);
  const readings = await warehouse.query<Reading>(...ACCOUNT_QUERIES.account_readings());
  const rows = await warehouse.query<AsRead>(...ACCOUNT_QUERIES.accounts_as_read(creatorId, textList([...own.keys()])));
  const known = new Set(rows.map(({ account_id_stripe }) => account_id_stripe));
  const unread = [...own.values()].filter(({ account_id_stripe }) => !known.has(account_id_stripe));
  const accounts = [
    ...rows.map((row) => shown(row, { own: own.get(row.account_id_stripe), readings })),
    ...unread.map((account) => ({ ...UNREAD, ...account })),
  ];
  const keyOf = ({ creator_id, account_id_stripe }: PayoutAccount): string =>
    JSON.stringify([creator_id, account_id_stripe]);
  return accounts.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

type OwnAccount = Pick<PayoutAccount, 'creator_id' | 'account_id_stripe' | 'country' | 'created_by' | 'created_at'>;

async function ownAccounts({ operational }: Stores, creatorId: string): Promise<ReadonlyMap<string, OwnAccount>> {
  let query = operational
    .selectFrom('payout_accounts')
    .select(['creator_id', 'account_id_stripe', 'country', 'created_by', 'created_at']);
  if (creatorId !== '') query = query.where('creator_id', '=', creatorId);
  return new Map((await query.execute()).map((row) => [row.account_id_stripe, row]));
}

const UNREAD = {
  state: 'unread',
  transfers_status: null,
  payouts_enabled: null,
  is_submitted: null,
  currently_due: [],
  past_due: [],
  pending_verification: [],
  requirements_due_at: null,
  disabled_reason: null,
  disabled_because: null,
  read_at: null,
} as const;

interface Reading extends ValueRow {
  readonly pulled_from_at: string;
  readonly pulled_until_at: string;
  readonly pulled_at: string;
}

function shown(
  row: AsRead,
  { own, readings }: { own: OwnAccount | undefined; readings: readonly Reading[] },
): PayoutAccount {
  return {
    ...{ creator_id: own?.creator_id ?? row.creator_id ?? '', account_id_stripe: row.account_id_stripe },
    country: row.country ?? own?.country ?? null,
    state: stateOf(row),
    ...{ transfers_status: row.transfers_status, payouts_enabled: row.is_payable, is_submitted: row.is_submitted },
    ...{ currently_due: listed(row.currently_due), past_due: listed(row.past_due) },
    pending_verification: listed(row.pending_verification),
    requirements_due_at: row.requirements_due_at,
    disabled_reason: row.disabled_reason,
    disabled_because: disabledBecause(row.disabled_reason),
    read_at: lastRead(row, readings),
    ...{ created_by: own?.created_by ?? null, created_at: own?.created_at ?? null },
  };
}

function stateOf(row: AsRead): PayoutAccount['state'] {
  if (row.pulled_at === null) return 'unread';
  if (row.is_deleted) return 'closed';
  const isComplete = row.transfers_status === 'active' && row.is_payable === true && row.currently_due === null;
  return isComplete && row.past_due === null ? 'complete' : 'incomplete';
}

const listed = (names: string | null): string[] => (names === null ? [] : names.split(', '));

/** A version is stored when the account has changed; a pull that found it unchanged has read it too. */
function lastRead({ created_at, pulled_at }: AsRead, readings: readonly Reading[]): string | null {
  if (pulled_at === null || created_at === null) return pulled_at;
  const covering = readings.filter(
    ({ pulled_from_at, pulled_until_at }) => pulled_from_at <= created_at && created_at < pulled_until_at,
  );
  return [pulled_at, ...covering.map((reading) => reading.pulled_at)].sort().at(-1) ?? pulled_at;
}
