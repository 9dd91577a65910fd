import { readFileSync } from 'node:fs';

/** A query of a file of named queries. */
export interface NamedQuery {
  readonly name: string;
  /** What it returns; for a check, what must hold. */
  readonly sentence: string;
  /** The text without its header and the `;`. */
  readonly sql: string;
  /** The line of the file at which the text begins, counted from 1. */
  readonly line: number;
}

/** A query with the values of `$1…`: the arguments of `Warehouse.query` and `stream`. */
export type BoundQuery = readonly [sql: string, parameters: readonly string[]];

/** Binds a query. Every parameter is text: BigQuery and DuckDB convert ids, instants and periods alike. */
type Bind<P extends readonly string[]> = (...parameters: { readonly [K in keyof P]: string }) => BoundQuery;

const HEADER = /^-- (?<name>[a-z][a-z0-9_]*): (?<sentence>\S.*)$/;

/**
 * The queries of a text, in order. Each starts with a header `-- name: Sentence.` and ends
 * with `;`. The sentence ends at the first line of the header with a full stop; more lines may follow. Throws `TypeError`, with
 * file and line, for a duplicate name, a missing header or sentence, a missing `;` and an empty query.
 */
export function parseNamedQueries(text: string, file: string): readonly NamedQuery[] {
  const queries: NamedQuery[] = [];
  let begin = 0;
  const lines = text.split('\n');
  for (const [at, line] of lines.entries()) {
    if (at === begin && line.trim() === '') begin = at + 1;
    if (!codeOf(line).trimEnd().endsWith(';')) continue;
    const query = parseQuery(lines.slice(begin, at + 1), { file, line: begin + 1 });
    if (queries.some(({ name }) => name === query.name))
      throw refused(`has two queries ${query.name}`, file, query.line);
    queries.push(query);
    begin = at + 1;
  }
  if (begin < lines.length) throw refused('has a query that does not end with ";"', file, begin + 1);
  return queries;
}

/**
 * Reads the queries of a file next to the module at `url`, each as a function of its parameters. `declared` lists every query of
 * the file with its parameters, so that a misspelt name does not compile. Throws `TypeError` if file and declaration differ.
 */
export function readQueries<const D extends Readonly<Record<string, readonly string[]>>>(
  url: string,
  file: string,
  declared: D,
): { readonly [N in keyof D]: Bind<D[N]> } {
  const queries = parseNamedQueries(readFileSync(new URL(`./${file}`, url), 'utf8'), file);
  const [inFile, inCode] = [queries.map(({ name }) => name), Object.keys(declared)];
  const unmatched = [...new Set(inFile).symmetricDifference(new Set(inCode))];
  if (unmatched.length > 0) {
    throw new TypeError(
      `${file} and the module that reads it differ in ${unmatched.join(', ')}; name each query in both.`,
    );
  }
  const bound = queries.map(({ name, sql, line }) => {
    const expected = (declared[name] ?? []).map((_, index) => `$${index + 1}`);
    const found = parametersIn(sql);
    if (found.join() !== expected.join()) {
      throw refused(
        `has the parameters ${found.join(', ') || 'none'} in ${name}, not ${expected.join(', ') || 'none'}`,
        file,
        line,
      );
    }
    return [name, (...parameters: readonly string[]): BoundQuery => [sql, parameters]] as const;
  });
  return Object.fromEntries(bound) as { readonly [N in keyof D]: Bind<D[N]> };
}

/** The parameters of a statement, without those in comments and text: `$1`, `$2` … */
export function parametersIn(sql: string): string[] {
  const numbers = [...codeOf(sql).matchAll(/\$(\d+)/g)].map(([, number]) => Number(number));
  return [...new Set(numbers)].sort((a, b) => a - b).map((number) => `$${number}`);
}

function parseQuery(lines: readonly string[], { file, line }: { file: string; line: number }): NamedQuery {
  const headerLength = lines.findIndex((each) => !isComment(each));
  const { name, sentence: firstLine } = HEADER.exec(lines[0] ?? '')?.groups ?? {};
  if (name === undefined || firstLine === undefined) {
    throw refused('has a query without the header "-- name: Sentence."', file, line);
  }
  const header = [firstLine, ...lines.slice(1, headerLength).map((each) => each.replace(/^--\s*/, ''))];
  const sentenceLength = header.findIndex((each) => each.endsWith('.')) + 1;
  if (sentenceLength === 0) throw refused(`has a query ${name} whose sentence has no full stop`, file, line);
  const body = lines.slice(headerLength);
  const sql = body.join('\n').trim().replace(/;$/, '').trimEnd();
  if (body[0]?.trim() === '' || codeOf(sql).trim() === '')
    throw refused(`has no query below the header ${name}`, file, line);
  if (body.some((each) => HEADER.test(each)) || codeOf(sql).includes(';')) {
    throw refused(`has more than one query below the header ${name}; end each with ";" and a line break`, file, line);
  }
  const sentence = header.slice(0, sentenceLength).join(' ');
  return { name, sentence, sql, line: line + headerLength };
}

const isComment = (line: string): boolean => line.startsWith('--');

const codeOf = (sql: string): string => sql.replace(/--[^\n]*|'[^']*'/g, '');

function refused(what: string, file: string, line: number): TypeError {
  return new TypeError(`${file}:${line}: the file ${what}.`);
}
