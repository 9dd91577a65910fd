import type { Transaction } from 'kysely';
import { instant } from '../../warehouse/clock.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { OperationalTables } from '../../warehouse/operational/schema.ts';
import type { TaxErasuresTable } from '../../warehouse/operational/tax-tables.ts';
import { creatorExists, unknownCreator } from '../creators.ts';
import type { Job, Services } from '../job.ts';
import { keptUntil } from './legal-hold.ts';
import { requireReason } from './reason.ts';
import { reportTaxStatus } from './tax-status.ts';

type Stores = Pick<Services, 'operational' | 'warehouse' | 'clock' | 'taxRetentionYears'>;

export interface ErasureRequest {
  readonly creatorId: string;
  readonly because: string;
  readonly by: string;
}

export interface Erasure {
  readonly creator_id: string;
  readonly is_erased: boolean;
  /** The last day on which the law requires what is kept; null if it is erased. */
  readonly kept_until_on: string | null;
  /** What was done, what is kept and until when. */
  readonly sentence: string;
}

/**
 * Erases the profiles of a creator and its copies of filed forms by deleting the keys of their sealed values: names, addresses, numbers, dates of
 * birth. What is sealed under other keys or not at all stays: filed archives, bank accounts and files, invoices and billing profiles. While the law
 * requires them, the request is recorded, and `erase-tax-profiles` erases them when that is over. A profile that the creator gives after the
 * request is not part of it. Throws `NotFound` for an unknown creator, `Conflict` if there is nothing to erase, `Rejected` without a reason, and `Unavailable` while the retention is not set.
 */
export async function eraseProfiles(stores: Stores, request: ErasureRequest): Promise<Erasure> {
  const { creatorId } = request;
  const because = requireReason(request.because);
  if (!(await creatorExists(stores.warehouse, creatorId))) throw unknownCreator(creatorId);
  const kept_until_on = await keptUntil(stores, creatorId);
  const now = instant(stores.clock.now());
  return stores.operational.transaction().execute(async (transaction) => {
    await assertSomethingSealed(transaction, creatorId);
    const entry = await addStep(transaction, {
      ...{ creator_id: creatorId, step: 'requested', because, kept_until_on, done_by: request.by, done_at: now },
    });
    await transaction
      .updateTable('tax_data_keys')
      .set({ retired_at: now })
      .where('creator_id', '=', creatorId)
      .where('retired_at', 'is', null)
      .execute();
    if (!isDue(kept_until_on, now)) return kept(creatorId, requirePresent(kept_until_on, 'What is not due has a day.'));
    await erase(transaction, { creatorId, because: `request ${entry}`, by: request.by, now });
    return erased(creatorId);
  });
}

/** Erases what was requested and is no longer required by law; every night. */
export const eraseTaxProfiles: Job = {
  name: 'erase-tax-profiles',
  meaning: 'Erases the tax profiles whose erasure was requested, once the law no longer requires them.',
  about: 'everything',
  async run(run) {
    const { operational, clock, startedBy } = run;
    const waiting = await creatorsWaiting(operational);
    let count = 0;
    for (const creatorId of waiting) {
      const now = instant(clock.now());
      if (!isDue(await keptUntil(run, creatorId), now)) continue;
      await operational
        .transaction()
        .execute((transaction) => erase(transaction, { creatorId, because: 'no longer required', by: startedBy, now }));
      count += 1;
      run.progress(`the tax profiles of ${countOf(count, 'creator')} erased`);
    }
    return { erased: count, kept: waiting.length - count };
  },
};

const isDue = (kept_until_on: string | null, now: string): boolean =>
  kept_until_on === null || kept_until_on < now.slice(0, 10);

async function assertSomethingSealed(transaction: Transaction<OperationalTables>, creatorId: string): Promise<void> {
  const found = await transaction
    .selectFrom('tax_data_keys')
    .select('data_key_id')
    .where('creator_id', '=', creatorId)
    .forUpdate()
    .executeTakeFirst();
  if (!found) throw new Conflict(`${creatorId} has no tax profile that could be erased.`);
}

async function erase(
  transaction: Transaction<OperationalTables>,
  { creatorId, because, by, now }: ErasureRequest & { now: string },
): Promise<void> {
  await transaction
    .deleteFrom('tax_data_keys')
    .where('creator_id', '=', creatorId)
    .where('retired_at', 'is not', null)
    .execute();
  const entry = await addStep(transaction, {
    ...{ creator_id: creatorId, step: 'erased', because, kept_until_on: null, done_by: by, done_at: now },
  });
  await reportTaxStatus(transaction, { creatorId, cause: ['erasure', String(entry)], occurredAt: now });
}

async function addStep(
  transaction: Transaction<OperationalTables>,
  step: Omit<TaxErasuresTable, 'entry'>,
): Promise<bigint> {
  const row = await transaction.insertInto('tax_erasures').values(step).returning('entry').executeTakeFirst();
  return requirePresent(row, 'An inserted row has its entry.').entry;
}

async function creatorsWaiting(operational: Services['operational']): Promise<string[]> {
  const rows = await operational
    .selectFrom('tax_data_keys')
    .select('creator_id')
    .distinct()
    .where('retired_at', 'is not', null)
    .orderBy('creator_id')
    .execute();
  return rows.map(({ creator_id }) => creator_id);
}

const REMAINING =
  'which forms there were, their dates, countries and rates, and who opened them; what was filed of all creators, with names, addresses and numbers; the bank account, and the files for and from banks; invoices and billing profiles';

function erased(creator_id: string): Erasure {
  const sentence = `The tax profiles of ${creator_id} and its copies of filed forms are erased and can no longer be opened. What remains is ${REMAINING}.`;
  return { creator_id, is_erased: true, kept_until_on: null, sentence };
}

function kept(creator_id: string, kept_until_on: string): Erasure {
  const sentence = `The tax profiles of ${creator_id} are kept in full until ${kept_until_on}, because the law requires the forms of the years in which something was earned or paid; they are erased after that day.`;
  return { creator_id, is_erased: false, kept_until_on, sentence };
}
