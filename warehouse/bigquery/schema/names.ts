import { TABLE_DATASETS, TABLE_NAME_PATTERN } from '../../datasets.ts';
import { type BigQueryAddress, datasetOf } from '../client/address.ts';

/** `ledger.closes` → the dataset and table at BigQuery. */
export interface TablePath {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
}

/** What may stand in a statement in place of a name. */
export type Naming = (name: string) => string;

/**
 * What is text (a comment, a literal, a quoted name) and stays as it is; or else a parameter, or the name of a table or
 * function, where it is no part of a longer path.
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

/** `ledger.closes` → where it stands at BigQuery. */
export function pathOf(name: string, address: BigQueryAddress): TablePath {
  const dot = name.indexOf('.');
  return {
    project: address.project,
    dataset: datasetOf(name.slice(0, dot), address),
    table: name.slice(dot + 1),
  };
}

/** The table of the house that a quoted path means; undefined for any other. */
export function nameOf(path: string, address: BigQueryAddress): string | undefined {
  const [, project, dataset, table] = /^`([^.]+)\.([^.]+)\.([^.]+)`$/.exec(path) ?? [];
  const known = TABLE_DATASETS.find((name) => datasetOf(name, address) === dataset);
  return project === address.project && known ? `${known}.${table}` : undefined;
}

/** A table or function as one quoted path. */
export function quotedPath({ project, dataset, table }: TablePath): string {
  return quoted(`${project}.${dataset}.${table}`);
}

export function quoted(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

/** A statement of the house as BigQuery takes it: each table and function as one quoted path, `$1` as `@p0`. */
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

/** A statement as it runs where nothing is being changed: each name means what stands at the address. */
export function bigQuerySql(sql: string, address: BigQueryAddress): string {
  return resolveNames(sql, (name) => quotedPath(pathOf(name, address)));
}
