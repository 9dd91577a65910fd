import { BI_ROLES } from '../published-table.ts';
import { connectTo } from './publish.ts';
import { roleName } from './schemas.ts';

/**
 * Cancels the queries of the roles that run longer than they may, and ends transactions that have been idle for as long, which would keep
 * deleted rows from being given back. Returns how many.
 */
export async function cancelLongQueries({ url, queryTimeMs }: { url: string; queryTimeMs: number }): Promise<number> {
  const client = await connectTo(url);
  try {
    const { rows } = await client.query<{ count: string }>(
      `select count(*) filter (where case when state = 'active' then pg_cancel_backend(pid) else pg_terminate_backend(pid) end) as count
      from pg_stat_activity
      where usename = any ($1) and (
        (state = 'active' and query_start < clock_timestamp() - make_interval(secs => $2))
        or (state like 'idle in transaction%' and state_change < clock_timestamp() - make_interval(secs => $2)))`,
      [BI_ROLES.map(roleName), queryTimeMs / 1000],
    );
    return Number(rows[0]?.count ?? 0);
  } finally {
    await client.end();
  }
}
