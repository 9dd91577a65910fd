import { TABLE_DATASETS } from '../../datasets.ts';
import { type Naming, sqlNames } from '../../sql-names.ts';
import { type BigQueryAddress, datasetOf } from '../client/address.ts';

/** A table at BigQuery. */
export interface TablePath {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
}

/** Comments, literals and quoted names of BigQuery. */
const TEXT =
  /--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|'{3}(?:\\[\s\S]|[^\\])*?'{3}|"{3}(?:\\[\s\S]|[^\\])*?"{3}|(?<quote>['"`])(?:\\[\s\S]|(?!\k<quote>)[^\\])*\k<quote>/;

const names = sqlNames(TEXT);

/** Every table and function that a statement names. */
export const { namesIn } = names;

/** `ledger.closes` → its project, dataset and table at BigQuery. */
export function pathOf(name: string, address: BigQueryAddress): TablePath {
  const dot = name.indexOf('.');
  const [dataset, table] = [name.slice(0, dot), name.slice(dot + 1)];
  return {
    project: address.project,
    dataset: datasetOf(dataset, address),
    table: `${tablePrefix(dataset, address)}${table}`,
  };
}

/** The beginning of each name in a dataset: in a scratch catalogue, all datasets share one at BigQuery. */
export function tablePrefix(dataset: string, { scratch }: Pick<BigQueryAddress, 'scratch'>): string {
  return scratch === undefined ? '' : `${scratch}_${dataset}_`;
}

/** The name of our table with this quoted path; undefined for any other path. */
export function nameOf(path: string, address: BigQueryAddress): string | undefined {
  const [, project, dataset, table = ''] = /^`([^.]+)\.([^.]+)\.([^.]+)`$/.exec(path) ?? [];
  if (project !== address.project) return undefined;
  const known = TABLE_DATASETS.find(
    (name) => datasetOf(name, address) === dataset && table.startsWith(tablePrefix(name, address)),
  );
  return known && `${known}.${table.slice(tablePrefix(known, address).length)}`;
}

/** The path of a table or function in one pair of quotes. */
export function quotedPath({ project, dataset, table }: TablePath): string {
  return quoted(`${project}.${dataset}.${table}`);
}

export function quoted(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

/** A statement in BigQuery's form: each name of a table or function is replaced by `naming`, `$1` becomes `@p0`. */
export function resolveNames(sql: string, naming: Naming): string {
  return names.resolveNames(sql, { name: naming, parameter: (position) => `@p${position - 1}` });
}

/** A statement in BigQuery's form, outside of a transaction: each name is that of a table at the address. */
export function bigQuerySql(sql: string, address: BigQueryAddress): string {
  return resolveNames(sql, (name) => quotedPath(pathOf(name, address)));
}
