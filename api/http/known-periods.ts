import { intPeriodAssignments } from '../../transforms/intermediate/int_period_assignments.ts';
import type { BoundQuery } from '../../warehouse/named-queries.ts';

/**
 * Every period that is closed or has events, oldest first. Composed with the SELECT of a model, because its table has only what was
 * there when a period was built last.
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
