import { instant } from '../../warehouse/clock.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { TaxErasuresTable } from '../../warehouse/operational/tax-tables.ts';
import { creatorExists, unknownCreator } from '../creators.ts';
import { billingProfiles, eraseBillingProfiles } from '../invoices/billing-profiles.ts';
import type { Job, Services } from '../job.ts';
import { eraseBankAccounts } from '../payout-accounts/bank-accounts.ts';
import { holdOnTaxOf } from '../retention/record-holds.ts';
import { ERASED_KEY } from './envelope.ts';
import { type KeptRecords, keptRecords } from './kept-records.ts';
import { readKeptUntil } from './legal-hold.ts';
import { requireReason } from './reason.ts';
import { type OperationalTransaction, reportTaxStatus } from './tax-status.ts';

type Stores = Pick<Services, 'operational' | 'warehouse' | 'clock' | 'taxRetentionYears' | 'retention'>;

interface ErasureRequest {
  readonly creatorId: string;
  readonly because: string;
  readonly by: string;
}

export interface Erasure {
  readonly creator_id: string;
  readonly is_erased: boolean;
  /** The last day on which the law requires what is kept; null if it is erased, or only a legal hold keeps it. */
  readonly kept_until_on: string | null;
  /** What can no longer be read; empty while it is kept. */
  readonly erased: readonly Erased[];
  /** What stays because the law requires it, and from when on it may go. */
  readonly kept: readonly KeptRecords[];
  /** What was done, what is kept and until when. */
  readonly sentence: string;
}

/** What an erasure reaches. */
type Erased = 'tax profiles and copies of filed forms' | 'bank account' | 'billing profile';

/**
 * Erases what a creator has given: tax profiles and copies of filed forms and the bank account, by deleting the keys under which they are sealed, and the billing
 * profile, by emptying it. While the law requires them, the request is recorded, and `erase-tax-profiles` erases them when that is over. What the
 * creator gives after the request is not part of it. What the law requires longer is named with the day from which it may go: statements, invoices,
 * filed archives, files for and from banks. Throws `NotFound` for an unknown creator, `Conflict` if there is nothing to erase, `Rejected` without a
 * reason, and `Unavailable` while the retention is not set.
 */
export async function eraseProfiles(stores: Stores, request: ErasureRequest): Promise<Erasure> {
  const { creatorId } = request;
  const because = requireReason(request.because);
  if (!(await creatorExists(stores.warehouse, creatorId))) throw unknownCreator(creatorId);
  const kept_until_on = await readKeptUntil(stores, creatorId);
  const years = requirePresent(stores.taxRetentionYears, 'Without the retention nothing is erased.');
  const now = instant(stores.clock.now());
  return stores.operational.transaction().execute(async (transaction) => {
    await assertSomethingToErase(transaction, creatorId);
    const entry = await addStep(transaction, {
      ...{ creator_id: creatorId, step: 'requested', because, kept_until_on, done_by: request.by, done_at: now },
    });
    await transaction
      .updateTable('tax_data_keys')
      .set({ retired_at: now })
      .where('creator_id', '=', creatorId)
      .where('retired_at', 'is', null)
      .execute();
    const kept = await keptRecords(transaction, { creatorId, years, retention: stores.retention });
    if (!isDue(kept_until_on, now))
      return waiting(creatorId, { kept, kept_until_on: requirePresent(kept_until_on, 'What is not due has a day.') });
    const hold = await holdOnTaxOf(transaction, creatorId);
    if (hold !== undefined) return held(creatorId, { kept, hold });
    const erased = await erase(transaction, { creatorId, because: `request ${entry}`, by: request.by, now });
    return done(creatorId, { kept, erased });
  });
}

/** Erases what was requested and is no longer required by law; every night. */
export const eraseTaxProfiles: Job = {
  name: 'erase-tax-profiles',
  meaning:
    'Erases the tax profiles, bank accounts and billing profiles whose erasure was requested, once the law no longer requires them and no legal hold keeps them.',
  about: 'everything',
  async run(run) {
    const { operational, clock, startedBy } = run;
    const creators = await creatorsWaiting(operational);
    let count = 0;
    for (const creatorId of creators) {
      const now = instant(clock.now());
      if (!isDue(await readKeptUntil(run, creatorId), now)) continue;
      const isErased = await operational.transaction().execute(async (transaction) => {
        if ((await holdOnTaxOf(transaction, creatorId)) !== undefined) return false;
        await erase(transaction, { creatorId, because: 'no longer required', by: startedBy, now });
        return true;
      });
      if (!isErased) continue;
      count += 1;
      run.progress(`what ${countOf(count, 'creator')} have given erased`);
    }
    return { erased: count, kept: creators.length - count };
  },
};

const isDue = (kept_until_on: string | null, now: string): boolean =>
  kept_until_on === null || kept_until_on < now.slice(0, 10);

async function assertSomethingToErase(transaction: OperationalTransaction, creatorId: string): Promise<void> {
  const keys = await transaction
    .selectFrom('tax_data_keys')
    .select('data_key_id')
    .where('creator_id', '=', creatorId)
    .forUpdate()
    .executeTakeFirst();
  const accounts = await transaction
    .selectFrom('bank_accounts')
    .select('bank_account_id')
    .where('creator_id', '=', creatorId)
    .where('master_key_id', '<>', ERASED_KEY)
    .executeTakeFirst();
  const business = (await billingProfiles(transaction, { party_kind: 'creator', party_id: creatorId })).get(creatorId);
  if (!keys && !accounts && !business)
    throw new Conflict(`${creatorId} has no tax profile, bank account or billing profile that could be erased.`);
}

async function erase(
  transaction: OperationalTransaction,
  { creatorId, because, by, now }: ErasureRequest & { now: string },
): Promise<Erased[]> {
  const request = await transaction
    .selectFrom('tax_erasures')
    .select('done_at')
    .where('creator_id', '=', creatorId)
    .where('step', '=', 'requested')
    .orderBy('entry', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  const keys = await transaction
    .deleteFrom('tax_data_keys')
    .where('creator_id', '=', creatorId)
    .where('retired_at', 'is not', null)
    .executeTakeFirst();
  const given = { creatorId, until: request.done_at };
  const accounts = await eraseBankAccounts(transaction, { ...given, by, now });
  const businesses = await eraseBillingProfiles(transaction, given);
  const entry = await addStep(transaction, {
    ...{ creator_id: creatorId, step: 'erased', because, kept_until_on: null, done_by: by, done_at: now },
  });
  await reportTaxStatus(transaction, { creatorId, cause: ['erasure', String(entry)], occurredAt: now });
  const all: readonly (readonly [Erased, number])[] = [
    ['tax profiles and copies of filed forms', Number(keys.numDeletedRows)],
    ['bank account', accounts],
    ['billing profile', businesses],
  ];
  return all.flatMap(([what, count]) => (count > 0 ? [what] : []));
}

async function addStep(transaction: OperationalTransaction, step: Omit<TaxErasuresTable, 'entry'>): Promise<bigint> {
  const row = await transaction.insertInto('tax_erasures').values(step).returning('entry').executeTakeFirst();
  return requirePresent(row, 'An inserted row has its entry.').entry;
}

/** Of whom the last step is a request. */
async function creatorsWaiting(operational: Services['operational']): Promise<string[]> {
  const rows = await operational
    .selectFrom('tax_erasures')
    .distinctOn('creator_id')
    .select(['creator_id', 'step'])
    .orderBy('creator_id')
    .orderBy('entry', 'desc')
    .execute();
  return rows.flatMap(({ creator_id, step }) => (step === 'requested' ? [creator_id] : []));
}

function done(creator_id: string, { erased, kept }: Pick<Erasure, 'erased' | 'kept'>): Erasure {
  const sentence = `Of ${creator_id}, erased for good: ${erased.join(', ')}. ${sayKept(kept)} Besides, there remains which forms there were, their dates, countries and rates, and who opened them, and what jobs/tax/README.md lists: among it the id in the ledger and the name as the marketplace has reported it.`;
  return { creator_id, is_erased: true, kept_until_on: null, erased, kept, sentence };
}

function waiting(
  creator_id: string,
  { kept, kept_until_on }: { kept: readonly KeptRecords[]; kept_until_on: string },
): Erasure {
  const sentence = `The tax profiles, bank account and billing profile of ${creator_id} are kept in full until ${kept_until_on}, because the law requires the forms of the years in which something was earned or paid; they are erased after that day. ${sayKept(kept)}`;
  return { creator_id, is_erased: false, kept_until_on, erased: [], kept, sentence };
}

function held(creator_id: string, { kept, hold }: { kept: readonly KeptRecords[]; hold: string }): Erasure {
  const sentence = `The tax profiles, bank account and billing profile of ${creator_id} are kept in full while the legal hold ${hold} keeps them; they are erased once it is released. ${sayKept(kept)}`;
  return { creator_id, is_erased: false, kept_until_on: null, erased: [], kept, sentence };
}

function sayKept(kept: readonly KeptRecords[]): string {
  if (kept.length === 0) return 'No document of the creator is kept.';
  const each = kept.map(({ what, count, may_go_from_on }) => `${count} ${what}, which may go from ${may_go_from_on}`);
  return `The law requires to keep: ${each.join('; ')}.`;
}
