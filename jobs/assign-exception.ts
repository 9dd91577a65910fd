import { instant } from '../warehouse/clock.ts';
import type { Period } from '../warehouse/period.ts';
import { type ExceptionStores, type PeriodException, requireException } from './exceptions.ts';

/**
 * Gives an exception to a person, who works on it from now on, also in later months while it is not cured. Throws `NotFound` for an unknown id, and
 * `Conflict` if the period was never built.
 */
export async function assignException(
  stores: ExceptionStores,
  { period, exceptionId, owner, by }: { period: Period; exceptionId: string; owner: string; by: string },
): Promise<PeriodException> {
  const found = await requireException(stores, { period, exceptionId });
  if (found.owner === owner) return found;
  await stores.operational
    .insertInto('exception_owners')
    .values({ exception_id: exceptionId, owner, assigned_by: by, assigned_at: instant(stores.clock.now()) })
    .execute();
  return { ...found, owner };
}
