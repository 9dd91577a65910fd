import { TABLE_DATASETS, TABLE_NAME_PATTERN } from '../../datasets.ts';
import { type BigQueryAddress, datasetOf } from '../client/address.ts';

/** A table at BigQuery. */
export interface TablePath {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
}

/** Maps a name in a statement to what replaces it. */
export type Naming = (name: string) => string;

/**
 * Matches text that stays as it is (a comment, a literal, a quoted name), a parameter, or the name of a table or function
 * that is not part of a longer path.
 */
const TOKEN = new RegExp(
  [
    /(?<text>--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|'{3}(?:\\[\s\S]|[^\\])*?'{3}|"{3}(?:\\[\s\S]|[^\\])*?"{3}|(?<quote>['"`])(?:\\[\s\S]|(?!\k<quote>)[^\\])*\k<quote>)/,
    /\$(?<parameter>[1-9]\d*)/,
  ]
    .map(({ source }) => source)
    .concat(`(?<![\\w.@$])(?<name>${TABLE_NAME_PATTERN}|fn\\.\\w+(?=\\s*\\())(?!\\w)`)
    .join('|'),
  'g',
);

/** `ledger.closes` → its project, dataset and table at BigQuery. */
export function pathOf(name: string, address: BigQueryAddress): TablePath {
  const dot = name.indexOf('.');
  return {
    project: address.project,
    dataset: datasetOf(name.slice(0, dot), address),
    table: name.slice(dot + 1),
  };
}

/** The name of our table with this quoted path; undefined for any other path. */
export function nameOf(path: string, address: BigQueryAddress): string | undefined {
  const [, project, dataset, table] = /^`([^.]+)\.([^.]+)\.([^.]+)`$/.exec(path) ?? [];
  const known = TABLE_DATASETS.find((name) => datasetOf(name, address) === dataset);
  return project === address.project && known ? `${known}.${table}` : undefined;
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
  return sql.replace(TOKEN, (token, ...rest) => {
    const { parameter, name } = rest.at(-1) as { parameter?: string; name?: string };
    if (parameter !== undefined) return `@p${Number(parameter) - 1}`;
    return name === undefined ? token : naming(name);
  });
}

/** Every table and function that a statement names. */
export function namesIn(sql: string): string[] {
  return [...new Set([...sql.matchAll(TOKEN)].flatMap(({ groups }) => groups?.name ?? []))];
}

/** A statement in BigQuery's form, outside of a transaction: each name is that of a table at the address. */
export function bigQuerySql(sql: string, address: BigQueryAddress): string {
  return resolveNames(sql, (name) => quotedPath(pathOf(name, address)));
}
