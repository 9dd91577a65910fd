import { type Selectable, sql } from 'kysely';
import { instant } from '../../warehouse/clock.ts';
import { Conflict, NotFound, Rejected } from '../../warehouse/errors.ts';
import { randomId } from '../../warehouse/ids.ts';
import type { RecordHoldsTable } from '../../warehouse/operational/document-tables.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { PLATFORM_SUBJECT } from '../../warehouse/vocabulary/documents.ts';
import { creatorExists } from '../creators.ts';
import { developerExists } from '../invoices/billing-profiles.ts';
import type { Services } from '../job.ts';
import { requireReason } from '../tax/reason.ts';
import { RETENTION_GROUPS, RETENTION_RULES } from './retention-rules.ts';

type Stores = Pick<Services, 'operational' | 'clock'>;

export type RecordHold = Selectable<RecordHoldsTable>;

interface HeldRecords {
  readonly kind?: string | undefined;
  readonly subject?: string | undefined;
  readonly period?: string | undefined;
}

const KINDS: readonly string[] = RETENTION_GROUPS.flatMap((group) => RETENTION_RULES[group].kinds);

/** The holds that keep records, then those that were released, each newest first. */
export function recordHolds({ operational }: Pick<Stores, 'operational'>): Promise<RecordHold[]> {
  return operational
    .selectFrom('record_holds')
    .selectAll()
    .orderBy('released_at', (order) => order.desc().nullsFirst())
    .orderBy('placed_at', 'desc')
    .orderBy('hold_id')
    .execute();
}

/**
 * Keeps what it names from being deleted, until it is released. Throws `Rejected` without a reason, or if it names nothing or an unknown kind, and
 * `NotFound` for a subject of which nothing is known.
 */
export async function placeHold(
  { operational, warehouse, clock }: Stores & Pick<Services, 'warehouse'>,
  { kind, subject, period, because, by }: HeldRecords & { readonly because: string; readonly by: string },
): Promise<RecordHold> {
  if (kind === undefined && subject === undefined && period === undefined)
    throw new Rejected('A hold needs a kind, a subject or a period: say what is to be kept.');
  if (kind !== undefined && !KINDS.includes(kind))
    throw new Rejected(`Nothing of the kind ${JSON.stringify(kind)} is deleted; the kinds are ${KINDS.join(', ')}.`);
  if (subject !== undefined && !(await isKnown({ operational, warehouse }, subject)))
    throw new NotFound(`There is no creator or developer ${subject}, so the hold would keep nothing; check the id.`);
  const row: RecordHold = {
    ...{ hold_id: randomId('hold'), kind: kind ?? null, subject: subject ?? null, period: period ?? null },
    ...{ because: requireReason(because), placed_by: by, placed_at: instant(clock.now()) },
    ...{ released_by: null, released_at: null, released_because: null },
  };
  await operational.insertInto('record_holds').values(row).execute();
  return row;
}

async function isKnown(
  { operational, warehouse }: Pick<Services, 'operational' | 'warehouse'>,
  subject: string,
): Promise<boolean> {
  if (subject === PLATFORM_SUBJECT) return true;
  const document = await operational
    .selectFrom('documents')
    .select('entry')
    .where('subject', '=', subject)
    .limit(1)
    .executeTakeFirst();
  return (
    document !== undefined || (await creatorExists(warehouse, subject)) || (await developerExists(warehouse, subject))
  );
}

/** No hold is placed or released until the transaction ends. */
export async function lockHolds(transaction: Operational): Promise<void> {
  await sql`lock table record_holds in share mode`.execute(transaction);
}

/** A hold that keeps some or all tax forms of a creator, and with them what they were filled in from; undefined if there is none. Locks the holds. */
export async function holdOnTaxOf(transaction: Operational, creatorId: string): Promise<string | undefined> {
  await lockHolds(transaction);
  const hold = await transaction
    .selectFrom('record_holds')
    .select('hold_id')
    .where('released_at', 'is', null)
    .where(({ or, eb }) => or([eb('subject', 'is', null), eb('subject', '=', creatorId)]))
    .where(({ or, eb }) => or([eb('kind', 'is', null), eb('kind', 'in', RETENTION_RULES.tax_forms.kinds)]))
    .orderBy('placed_at')
    .orderBy('hold_id')
    .limit(1)
    .executeTakeFirst();
  return hold?.hold_id;
}

/** Ends a hold. Throws `NotFound`, `Conflict` if it is released already, and `Rejected` without a reason. */
export async function releaseHold(
  { operational, clock }: Stores,
  { holdId, because, by }: { readonly holdId: string; readonly because: string; readonly by: string },
): Promise<RecordHold> {
  const released = { released_by: by, released_at: instant(clock.now()), released_because: requireReason(because) };
  const row = await operational
    .updateTable('record_holds')
    .set(released)
    .where('hold_id', '=', holdId)
    .where('released_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  if (row) return row;
  const known = await operational
    .selectFrom('record_holds')
    .select('released_by')
    .where('hold_id', '=', holdId)
    .executeTakeFirst();
  if (!known) throw new NotFound(`There is no hold ${holdId}; "tantieme documents holds" names them.`);
  throw new Conflict(`${holdId} is released already, by ${known.released_by}.`);
}
