import { Unavailable } from '../../warehouse/errors.ts';
import { nextPeriod, parsePeriod } from '../../warehouse/period.ts';
import type { Services } from '../job.ts';
import { TAX_QUERIES } from './tax-queries.ts';

type Stores = Pick<Services, 'operational' | 'warehouse' | 'taxRetentionYears'>;

/**
 * The last day on which the law requires the profiles of a creator: the end of the year that is so many years after the last one in which
 * something was credited, paid or owed, for which a form was or will have to be issued; a month is credited on the first day after it. Null if there was never anything to report. Throws
 * `Unavailable` while the number of years is not set: it depends on the country.
 */
export async function readKeptUntil(stores: Stores, creatorId: string): Promise<string | null> {
  const years = stores.taxRetentionYears;
  if (years === undefined) {
    throw new Unavailable(
      'No tax profile can be erased: set TANTIEME_TAX_RETENTION_YEARS to the number of years for which the law requires tax forms to be kept.',
    );
  }
  const year = await lastReportableYear(stores, creatorId);
  return year === null ? null : `${year + years}-12-31`;
}

async function lastReportableYear({ operational, warehouse }: Stores, creatorId: string): Promise<number | null> {
  const [known] = await warehouse.query<{ credited_period: string | null; paid_period: string | null }>(
    ...TAX_QUERIES.last_reportable_periods(creatorId),
  );
  const credited = known?.credited_period && nextPeriod(parsePeriod(known.credited_period));
  // A payout that is in progress, or that no build has seen yet.
  const paid = await operational
    .selectFrom('payout_log as log')
    .innerJoin('payout_lines as line', 'line.payout_id', 'log.payout_id')
    .select('log.logged_at')
    .where('line.creator_id', '=', creatorId)
    .orderBy('log.entry', 'desc')
    .limit(1)
    .executeTakeFirst();
  const years = [credited, known?.paid_period, paid?.logged_at].flatMap((time) =>
    time ? [Number(time.slice(0, 4))] : [],
  );
  return years.length === 0 ? null : Math.max(...years);
}
