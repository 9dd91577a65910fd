/** What DuckDB accepts and BigQuery refuses, as far as it can be found without GoogleSQL's analyzer. */

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#reserved_keywords */
export const RESERVED: ReadonlySet<string> = new Set(
  `all and any array as asc assert_rows_modified at between by case cast collate contains create cross cube current default
  define desc distinct else end enum escape except exclude exists extract false fetch following for from full group grouping
  groups hash having if ignore in inner intersect interval into is join lateral left like limit lookup merge natural new no not
  null nulls of on or order outer over partition preceding proto qualify range recursive respect right rollup rows select set
  some struct tablesample then to treat true unbounded union unnest using when where window with within`.split(/\s+/),
);

export interface Place {
  readonly at: number;
  readonly text: string;
  readonly why: string;
}

/** The refusals in a statement whose comments and literals are blank. */
export function refusals(code: string): Place[] {
  return [...reservedNames(code), ...nestedAggregates(code)];
}

/** Names that a statement gives to a `with` clause, a table or a column, and that are reserved. */
function reservedNames(code: string): Place[] {
  const named = [
    ...code.matchAll(/\bas\s+(\w+)/gi),
    ...code.matchAll(/(?:\bwith|\brecursive|\)\s*,)\s+(\w+)(?=\s+as\s*\()/gi),
  ];
  return named
    .map(({ index, 0: all, 1: text = '' }) => ({
      at: index + all.length - text.length,
      text,
      why: 'is reserved on BigQuery',
    }))
    .filter(({ text }) => RESERVED.has(text.toLowerCase()) && !/^(recursive|select)$/i.test(text));
}

const AGGREGATE = /\b(?:sum|count|min|max|array_agg)\s*\(/i;

/**
 * Names within an aggregate of HAVING that are those of an aggregate in the SELECT: BigQuery takes the name for the latter, and
 * an aggregate of an aggregate is refused. With the name of the table before it, it is the column.
 */
function nestedAggregates(code: string): Place[] {
  return [...code.matchAll(/\bhaving\b/gi)].flatMap(({ index }) => {
    const before = ofSameQuery(code.slice(0, index), -1);
    const select = before.slice(withoutInner(before).toLowerCase().lastIndexOf('select'));
    const having = ofSameQuery(code.slice(index), 1).split(/\b(?:union|order|qualify|limit)\b/i)[0] ?? '';
    const aliases = itemsOf(select).flatMap((item) => {
      const alias = /\bas\s+(\w+)\s*$/i.exec(item)?.[1];
      return alias && AGGREGATE.test(item) && !/\bover\s*\(/i.test(item) ? [alias.toLowerCase()] : [];
    });
    return aggregatesIn(having).flatMap(({ at, text }) =>
      [...text.matchAll(/(?<![\w.])\w+(?![\w.(])/g)]
        .filter(([name]) => aliases.includes(name.toLowerCase()))
        .map((name) => ({
          at: index + at + name.index,
          text: name[0],
          why: 'is an aggregate of the SELECT on BigQuery; name the table of the column',
        })),
    );
  });
}

/** The text up to the bracket that closes its query, or from the one that opens it. */
function ofSameQuery(text: string, direction: 1 | -1): string {
  const [opening, closing] = direction === 1 ? ['(', ')'] : [')', '('];
  let depth = 0;
  for (let step = 0; step < text.length; step++) {
    const at = direction === 1 ? step : text.length - 1 - step;
    if (text[at] === opening) depth++;
    if (text[at] === closing && --depth < 0) return direction === 1 ? text.slice(0, at) : text.slice(at + 1);
  }
  return text;
}

/** The text with everything in brackets blank. */
function withoutInner(text: string): string {
  const blank = text.replace(/\([^()]*\)/g, (inner) => ' '.repeat(inner.length));
  return blank === text ? text : withoutInner(blank);
}

/** The items of a SELECT, up to its FROM. */
function itemsOf(select: string): string[] {
  const items = [''];
  let depth = 0;
  for (const token of select.match(/\w+|\W/g) ?? []) {
    if (depth === 0 && /^from$/i.test(token)) break;
    if (token === '(') depth++;
    if (token === ')') depth--;
    if (depth === 0 && token === ',') items.push('');
    else items.push(`${items.pop()}${token}`);
  }
  return items;
}

/** The arguments of each aggregate. */
function aggregatesIn(text: string): { at: number; text: string }[] {
  return [...text.matchAll(new RegExp(AGGREGATE, 'gi'))].map(({ index, 0: head }) => {
    const at = index + head.length;
    return { at, text: ofSameQuery(text.slice(at), 1) };
  });
}
