import { TABLE_NAME_PATTERN } from './datasets.ts';

/** Maps a name in a statement to what replaces it. */
export type Naming = (name: string) => string;

/** Finds the names of tables and functions in statements of one engine. */
interface SqlNames {
  /** Every table and function that a statement names. */
  namesIn(sql: string): string[];
  /** The statement with each name of a table or function replaced, and each parameter, `$1`, by its position from 1. */
  resolveNames(
    sql: string,
    replacing: { readonly name: Naming; readonly parameter?: (position: number) => string },
  ): string;
}

/** A name is that of a table or function only if it is not part of a longer path. */
const NAME = `(?<![\\w.@$])(?<name>${TABLE_NAME_PATTERN}|fn\\.\\w+(?=\\s*\\())(?!\\w)`;

/** `text` matches what stays as it is in the engine's SQL: a comment, a literal, a quoted name. */
export function sqlNames(text: RegExp): SqlNames {
  const token = new RegExp(`(?:${text.source})|\\$(?<parameter>[1-9]\\d*)|${NAME}`, 'g');
  return {
    namesIn: (sql) => [...new Set([...sql.matchAll(token)].flatMap(({ groups }) => groups?.name ?? []))],
    resolveNames: (sql, { name: naming, parameter: placing }) =>
      sql.replace(token, (found, ...rest) => {
        const { parameter, name } = rest.at(-1) as { parameter?: string; name?: string };
        if (parameter !== undefined) return placing ? placing(Number(parameter)) : found;
        return name === undefined ? found : naming(name);
      }),
  };
}
