import { BI_ROLES } from '../../warehouse/published/published-table.ts';
import { selectRows } from '../../warehouse/table-queries.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { MARTS, visibleTo } from './published.ts';

/** Creates the views of the marts for each role, where the engine shares datasets. Returns the number of views. */
export async function shareMarts(warehouse: Pick<Warehouse, 'shareViews'>): Promise<number> {
  let count = 0;
  for (const role of BI_ROLES) {
    const views = MARTS.flatMap((mart) => {
      const table = visibleTo(role, mart);
      const [sql] = selectRows({ ...mart, columns: table?.columns ?? [] });
      return table ? [{ ...table, name: `bi_${role}.${table.name}`, sql }] : [];
    });
    if (warehouse.shareViews) await warehouse.shareViews(`bi_${role}`, views);
    count += warehouse.shareViews ? views.length : 0;
  }
  return count;
}
