import { creatorPayoutAccountUpdated } from '../../ingest/events/creators.ts';
import { enqueueEvent } from '../../ingest/outbox/enqueue-event.ts';
import { readBankSettings } from '../../reports/bank/bank-settings.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict, NotFound } from '../../warehouse/errors.ts';
import { bankAccountIdOf, derivedId } from '../../warehouse/ids.ts';
import type { BankAccountStopsTable, BankAccountsTable } from '../../warehouse/operational/bank-tables.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { creatorExists, unknownCreator } from '../creators.ts';
import type { Services } from '../job.ts';
import { ERASED_KEY, openEnvelope, type Place, sealInEnvelope } from '../tax/envelope.ts';
import { payersOfYear } from '../tax/payers.ts';
import { requireTaxKeys, type TaxKeys } from '../tax/tax-keys.ts';
import {
  type BankAccountData,
  CURRENCY_OF,
  countryOf,
  maskedOf,
  requireBankAccount,
  shownOf,
} from './bank-account-shape.ts';
import { reportedAccounts } from './queries.ts';

/** A bank account without its numbers. */
export type BankAccount = Omit<BankAccountsTable, 'wrapped_key' | 'master_key_id' | 'nonce' | 'ciphertext' | 'tag'> &
  Readonly<{
    /** Why it is no longer paid; null as long as it is. */
    stopped_because: string | null;
  }>;

type Stores = Pick<Services, 'operational' | 'warehouse' | 'clock' | 'taxKeys' | 'bankFile'>;

interface GivenAccount {
  readonly creatorId: string;
  /** As it came from outside. */
  readonly account: unknown;
  readonly by: string;
}

/** The master keys under which account numbers are sealed. Throws `Unavailable` where none is configured. */
export const requireBankKeys = (stores: Pick<Services, 'taxKeys'>): TaxKeys => requireTaxKeys(stores, 'Bank accounts');

/**
 * Records a new version of a creator's bank account and reports it as the account to which they are paid, in one transaction. A change waits
 * like that of any account. Throws `NotFound` for an unknown creator, `Rejected` with every fault, `Conflict` for a creator with an account
 * at Stripe, and `Unavailable` without a key.
 */
export async function setBankAccount(stores: Stores, given: GivenAccount): Promise<BankAccount> {
  const { operational, warehouse, clock } = stores;
  const { creatorId, by } = given;
  const taxKeys = requireBankKeys(stores);
  const settingsOf = await readBankSettings(stores.bankFile);
  if (!(await creatorExists(warehouse, creatorId))) throw unknownCreator(creatorId);
  const recorded_at = instant(clock.now());
  const payerOf = await payersOfYear(stores, recorded_at.slice(0, 4));
  const account = requireBankAccount(creatorId, given.account, settingsOf(payerOf(creatorId)));
  await assertNotAtStripe(stores, creatorId);
  return operational.transaction().execute(async (transaction) => {
    const last = await transaction
      .selectFrom('bank_accounts')
      .select(['version', 'bank_account_id'])
      .where('creator_id', '=', creatorId)
      .orderBy('version', 'desc')
      .limit(1)
      .forUpdate()
      .executeTakeFirst();
    const version = (last?.version ?? 0) + 1;
    const bank_account_id = bankAccountIdOf(creatorId, version, shownOf(account));
    const { payout_rail } = account;
    const row = {
      ...{ bank_account_id, creator_id: creatorId, version, payout_rail, currency: CURRENCY_OF[payout_rail] },
      ...{ country: countryOf(account), masked: maskedOf(account), recorded_by: by, recorded_at },
    };
    const place = placeOf(bank_account_id);
    const sealed = await sealInEnvelope(Buffer.from(JSON.stringify(account)), { taxKeys, place });
    const stored = await transaction
      .insertInto('bank_accounts')
      .values({ ...row, ...sealed })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (stored.numInsertedOrUpdatedRows === 0n)
      throw new Conflict(`The bank account of ${creatorId} was changed in the meantime; look at it and try again.`);
    await report(transaction, { bank_account_id, creator_id: creatorId, status: 'active', occurredAt: recorded_at });
    return { ...row, stopped_because: null };
  });
}

const placeOf = (bank_account_id: string): Place => ['bank_accounts', bank_account_id];

/** Whoever has an account at Stripe is paid there: which of two accounts counts must not depend on who reports last. Throws `Conflict`. */
async function assertNotAtStripe({ warehouse, operational }: Stores, creatorId: string): Promise<void> {
  const reported = (await reportedAccounts(warehouse, [creatorId])).get(creatorId);
  const isOurs = await operational
    .selectFrom('bank_accounts')
    .select('version')
    .where('bank_account_id', '=', reported?.account_id_stripe ?? '')
    .executeTakeFirst();
  const opened = await operational
    .selectFrom('payout_account_requests')
    .select('sequence')
    .where('creator_id', '=', creatorId)
    .executeTakeFirst();
  const isAtStripe = reported !== undefined && !isOurs && reported.account_status !== 'closed';
  if (isAtStripe || (opened && reported?.account_status !== 'closed' && !isOurs))
    throw new Conflict(
      `The bank account of ${creatorId} was not recorded: they are paid to ${reported?.account_id_stripe ?? 'an account'} at Stripe. Close that account at Stripe first, and let its change be read.`,
    );
}

/** The bank account of a creator that is in force. Throws `NotFound`. */
export async function showBankAccount({ operational }: Pick<Services, 'operational'>, creatorId: string) {
  const [found] = await bankAccounts(operational, { creatorId });
  if (!found) throw new NotFound(`${creatorId} has no bank account; record one with "tantieme accounts bank set".`);
  return found;
}

/** Bank accounts in force, by creator: all, or those of one. */
export async function bankAccounts(
  operational: Operational,
  { creatorId }: { readonly creatorId?: string } = {},
): Promise<BankAccount[]> {
  let query = operational
    .selectFrom('bank_accounts as account')
    .leftJoin('bank_account_stops as stop', 'stop.bank_account_id', 'account.bank_account_id')
    .distinctOn('account.creator_id')
    .select([
      ...(['account.bank_account_id', 'account.creator_id', 'account.version', 'account.payout_rail'] as const),
      ...(['account.currency', 'account.country', 'account.masked', 'account.recorded_by'] as const),
      ...(['account.recorded_at', 'stop.sentence as stopped_because'] as const),
    ])
    .orderBy('account.creator_id')
    .orderBy('account.version', 'desc');
  if (creatorId !== undefined) query = query.where('account.creator_id', '=', creatorId);
  return query.execute();
}

/** The whole account, to be written into a file. Throws `Unavailable` without its key, `InvariantBroken` if it was changed. */
export async function openBankAccount(stores: Pick<Services, 'operational' | 'taxKeys'>, bankAccountId: string) {
  const row = await stores.operational
    .selectFrom('bank_accounts')
    .selectAll()
    .where('bank_account_id', '=', bankAccountId)
    .executeTakeFirstOrThrow();
  if (row.master_key_id === ERASED_KEY)
    throw new Conflict(`The bank account of ${row.creator_id} was erased; record it anew.`);
  const bytes = await openEnvelope(row, { taxKeys: requireBankKeys(stores), place: placeOf(bankAccountId) });
  return JSON.parse(bytes.toString()) as BankAccountData;
}

/**
 * Erases the versions of a creator's bank account that were recorded until an instant: their keys are deleted, and none of them is paid any more.
 * Returns how many.
 */
export async function eraseBankAccounts(
  transaction: Operational,
  {
    creatorId,
    until,
    by,
    now,
  }: { readonly creatorId: string; readonly until: string; readonly by: string; readonly now: string },
): Promise<number> {
  const erased = await transaction
    .updateTable('bank_accounts')
    .set({ wrapped_key: '', master_key_id: ERASED_KEY, masked: ERASED_KEY })
    .where('creator_id', '=', creatorId)
    .where('recorded_at', '<=', until)
    .where('master_key_id', '<>', ERASED_KEY)
    .returning('bank_account_id')
    .execute();
  const stop = { reason_code: null, sentence: 'The account was erased.', stopped_by: by, stopped_at: now };
  for (const { bank_account_id } of erased) await stopBankAccount(transaction, { bank_account_id, ...stop });
  return erased.length;
}

/** Stops paying an account of which a bank says that it cannot be paid; a new version of it is paid again. Once. */
export async function stopBankAccount(transaction: Operational, stop: BankAccountStopsTable): Promise<void> {
  const stopped = await transaction
    .insertInto('bank_account_stops')
    .values(stop)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (stopped.numInsertedOrUpdatedRows === 0n) return;
  const { bank_account_id } = stop;
  const account = await transaction
    .selectFrom('bank_accounts')
    .select(['creator_id', 'version'])
    .where('bank_account_id', '=', bank_account_id)
    .executeTakeFirstOrThrow();
  const [last] = await bankAccounts(transaction, { creatorId: account.creator_id });
  // Another version is paid already.
  if (last?.bank_account_id !== bank_account_id) return;
  const occurredAt = stop.stopped_at;
  await report(transaction, { bank_account_id, creator_id: account.creator_id, status: 'restricted', occurredAt });
}

interface Report {
  readonly bank_account_id: string;
  readonly creator_id: string;
  readonly status: 'active' | 'restricted';
  readonly occurredAt: string;
}

function report(transaction: Operational, { bank_account_id, creator_id, status, occurredAt }: Report): Promise<void> {
  return enqueueEvent(transaction, {
    declaration: creatorPayoutAccountUpdated,
    properties: { creator_id, account_id_stripe: bank_account_id, account_status: status },
    messageId: derivedId('bank_account', bank_account_id, status),
    occurredAt,
  });
}
