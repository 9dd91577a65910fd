import { intPeriodAssignments } from '../../transforms/intermediate/int_period_assignments.ts';
import type { BoundQuery } from '../../warehouse/named-queries.ts';

/**
 * Every period that is closed or has events, oldest first. It contains the SELECT of a model, because the table of the model
 * has only the events of the last build.
 */
export function knownPeriods(): BoundQuery {
  const sql = `select period, max(is_closed) as is_closed
from (
  select period, true as is_closed
  from ledger.closes
  union all
  select distinct period, false as is_closed
  from (
${intPeriodAssignments.sql}
  ) as assignments
) as known
where period is not null
group by period
order by period`;
  return [sql, []];
}
