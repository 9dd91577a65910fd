import { findMissingColumns } from '../../migration.ts';
import type { TableShape } from '../../vocabulary/tables.ts';
import type { Api } from '../client/api.ts';
import { bigQueryType, typeNameOf } from '../client/types.ts';
import { quoted } from './names.ts';
import type { TableResource } from './table-resource.ts';

/**
 * The SELECT of the view that takes the place of a raw table where RudderStack itself loads it: the declared columns of its
 * table, and NULL for those that do not exist yet; no rows if the table does not exist yet. It reads the table, not
 * RudderStack's view `<table>_view`, which covers the last 60 days only. Free text, which RudderStack stores as JSON text by its setting
 * `jsonPaths`, is read from it. Throws `Conflict` if a column has another type.
 */
export async function viewOfLoaded(api: Api, { table, raw }: { table: TableShape; raw: string }): Promise<string> {
  const [project = '', dataset = ''] = raw.split('.');
  const tableId = table.name.slice(table.name.indexOf('.') + 1);
  const found = await api.find<TableResource>({ project, path: `/datasets/${dataset}/tables/${tableId}` });
  const existing = new Map((found?.schema?.fields ?? []).map((field) => [field.name ?? '', typeNameOf(field)]));
  const missing = new Set(findMissingColumns(table, { existing, typeName: bigQueryType }));
  const columns = table.columns.map((column) => {
    const name = quoted(column.name);
    if (missing.has(column)) return `cast(null as ${bigQueryType(column.type)}) as ${name}`;
    // Text that was loaded without the setting is not in quotes.
    return column.isQuotedByRudderStack
      ? `if(starts_with(${name}, '"'), coalesce(json_value(${name}, '$'), ${name}), ${name}) as ${name}`
      : name;
  });
  const source = found ? quoted(`${project}.${dataset}.${tableId}`) : '(select 1) where false';
  return `select ${columns.join(', ')} from ${source}`;
}
