import { readQueries } from '../../warehouse/named-queries.ts';
import { BI_ROLES } from '../../warehouse/published/published-table.ts';
import { selectRows } from '../../warehouse/table-queries.ts';
import { shapeOf, type TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { MARTS, visibleTo } from './published.ts';

const QUERIES = readQueries(import.meta.url, 'publication.queries.sql', { live_publication: [] });

const publicationView = {
  meaning: 'One row: that views show the warehouse as it is, and the latest closed period with its seal.',
  columns: shapeOf(['publication_version', 'published_at', 'closed_period?', 'seal?']),
  sql: QUERIES.live_publication()[0],
};

/** Creates the views of the marts and of which publication they are, for each role, where the engine shares datasets. Returns the number of views. */
export async function shareMarts(warehouse: Pick<Warehouse, 'shareViews'>): Promise<number> {
  let count = 0;
  for (const role of BI_ROLES) {
    const views: (TableShape & { readonly sql: string })[] = MARTS.flatMap((mart) => {
      const table = visibleTo(role, mart);
      const [sql] = selectRows({ ...mart, columns: table?.columns ?? [] });
      return table ? [{ ...table, name: `bi_${role}.${table.name}`, sql }] : [];
    });
    views.push({ ...publicationView, name: `bi_${role}.publication` });
    if (warehouse.shareViews) await warehouse.shareViews(`bi_${role}`, views);
    count += warehouse.shareViews ? views.length : 0;
  }
  return count;
}
