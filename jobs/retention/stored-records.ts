import { sql } from 'kysely';
import { instant } from '../../warehouse/clock.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { Services } from '../job.ts';
import {
  defaultYearsOf,
  type LegalTerm,
  RETENTION_GROUPS,
  RETENTION_RULES,
  type RetentionGroup,
} from './retention-rules.ts';

type Db = Pick<Operational, 'selectFrom'>;

/**
 * The records of a group that are not deleted, with the year in which the last of the same kind, subject and period was recorded: what was issued again
 * is kept as long as what took its place, because a later correction is made from it.
 */
function recordsOf(db: Db, group: RetentionGroup) {
  return db
    .selectFrom('stored_records')
    .select(['record_kind', 'record_id', 'kind', 'period', 'hash', 'is_held'])
    .select(sql<number>`max(recorded_year) over (partition by kind, subject, period)`.as('last_year'))
    .where('kind', 'in', RETENTION_RULES[group].kinds)
    .as('record');
}

/** The year of the last records whose term of so many years is over: it runs from the end of their year. */
const lastDueYear = (clock: Services['clock'], years: number): number =>
  Number(instant(clock.now()).slice(0, 4)) - years - 1;

/** Which records of a group are due to be deleted and not held, in a stable order. */
export function dueRecords(
  { operational, clock }: Pick<Services, 'operational' | 'clock'>,
  { group, years }: { readonly group: RetentionGroup; readonly years: number },
) {
  return operational
    .selectFrom(recordsOf(operational, group))
    .select(['record_kind', 'record_id'])
    .where('last_year', '<=', lastDueYear(clock, years))
    .where('is_held', '=', false)
    .orderBy('record_kind')
    .orderBy('record_id')
    .execute();
}

/** Records of one group whose last year is the same. */
interface DueYear {
  readonly recorded_year: number;
  readonly record_count: number;
  readonly held_count: number;
  /** The first day on which they are deleted; null if the group is kept for ever. */
  readonly delete_from_on: string | null;
  readonly is_due: boolean;
}

export interface GroupRetention {
  readonly group: RetentionGroup;
  readonly kinds: readonly string[];
  /** Null if nothing of it is deleted. */
  readonly years: number | null;
  readonly default_years: number;
  readonly terms: readonly LegalTerm[];
  readonly deleted_count: number;
  readonly by_year: readonly DueYear[];
}

/** What would be deleted when, by the settings; deletes nothing. */
export async function retentionStatus({
  operational,
  clock,
  retention = {},
}: Pick<Services, 'operational' | 'clock' | 'retention'>): Promise<GroupRetention[]> {
  const status: GroupRetention[] = [];
  for (const group of RETENTION_GROUPS) {
    const { kinds, terms } = RETENTION_RULES[group];
    const years = retention[group] ?? null;
    const rows = await operational
      .selectFrom(recordsOf(operational, group))
      .select(['last_year', sql<bigint>`count(*)`.as('record_count')])
      .select(sql<bigint>`count(*) filter (where is_held)`.as('held_count'))
      .groupBy('last_year')
      .orderBy('last_year')
      .execute();
    const deleted = await operational
      .selectFrom('record_deletions')
      .select(({ fn }) => fn.countAll<bigint>().as('count'))
      .where('kind', 'in', kinds)
      .executeTakeFirstOrThrow();
    status.push({
      ...{ group, kinds, years, default_years: defaultYearsOf(group), terms, deleted_count: Number(deleted.count) },
      by_year: rows.map(({ last_year, record_count, held_count }) => ({
        ...{ recorded_year: last_year, record_count: Number(record_count), held_count: Number(held_count) },
        delete_from_on: years === null ? null : `${last_year + years + 1}-01-01`,
        is_due: years !== null && last_year <= lastDueYear(clock, years) && held_count < record_count,
      })),
    });
  }
  return status;
}
