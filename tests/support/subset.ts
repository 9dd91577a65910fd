/**
 * The SQL that both engines take and mean alike. GoogleSQL's analyzer finds what BigQuery does not take; this finds what it
 * takes and means otherwise than DuckDB.
 */

/** A statement of the house and where it stands. */
export interface PlacedSql {
  /** From the root. */
  readonly file: string;
  /** The line of the file at which the statement begins, from 1. */
  readonly line: number;
  readonly sql: string;
}

/** Functions that were looked at: for the columns and constants of the house both engines give the same. */
const SAME_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['cast', 'coalesce', 'count', 'sum', 'min', 'max'],
  ...['row_number', 'lead'],
]);

/** What stands before a bracket without being a function. */
const KEYWORDS: ReadonlySet<string> = new Set([
  ...[
    'all',
    'and',
    'as',
    'by',
    'case',
    'distinct',
    'else',
    'exists',
    'from',
    'having',
    'in',
    'join',
    'not',
    'on',
    'or',
  ],
  ...['over', 'select', 'then', 'union', 'using', 'when', 'where', 'with'],
]);

/** What both take but do not mean alike, apart from functions. */
const DIFFERENT: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/(?<![.\w])\d*\.\d+|\b\d+e[+-]?\d+\b/gi, 'is a float on BigQuery; use fn.to_numeric'],
  [
    /\bas (?!int64\b)(numeric|big\w+|decimal|float\w*|double|int\w*|huge\w+|varchar|text|timestamp|date|bool\w*|json|bytes)\b/gi,
    'is another type or none on the other engine',
  ],
  [/(?<!\w_(?:bps|minor|count)) as string\b/gi, 'is written in another way; only whole numbers are written alike'],
  [/\/|%/g, 'divides in another way; use a function of fn'],
  [/\^|~|&|(?<!\|)\|(?!\|)|<<|>>|\*\*|->/g, 'is another operator on the other engine'],
  [/\b(rollup|cube|grouping sets)\b/gi, 'is not evaluated alike; use union all'],
  [/\b(group|order) by all\b/gi, 'is of DuckDB; name the columns'],
  [/\bdistinct on\b|::|\bfilter\s*\(\s*where\b|\basof\b|\bpivot\b|\bsample\b/gi, 'is of DuckDB'],
  [/\b(current_\w+|interval|at time zone|extract)\b/gi, 'hangs on the engine, the zone or the clock'],
  [/\b(i?like|similar to)\b/gi, 'matches in another way; put it behind a function in fn'],
  [/["`]/g, 'quotes a name on one engine and a text on the other'],
  [/[[\]{}]/g, 'makes lists and structs of another form; put it behind a function in fn'],
];

const CUTS: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/\b(limit|offset|fetch first)\b/gi, 'picks rows; rank them by a total order with qualify'],
];

/** Each thing in a statement that the engines may take differently, with its place, as one line. */
export function differences({ file, line, sql }: PlacedSql, { mayCut = false }: { mayCut?: boolean } = {}): string[] {
  const blank = (text: string): string => text.replace(/[^\n]/g, ' ');
  const uncommented = sql.replace(/--[^\n]*/g, blank);
  const code = uncommented.replace(/'[^']*'/g, blank);
  const found = [
    ...[...DIFFERENT, ...(mayCut ? [] : CUTS)].flatMap(([pattern, why]) => hits(code, pattern, why)),
    ...oddTexts(uncommented),
    ...roundedProducts(code),
    ...hits(
      code,
      /(?<![\w.])\w+(?:\.\w+)*(?=\s*\()/g,
      'was not looked at on both engines; put it behind a function in fn',
    ).filter(({ text }) => !isKnown(text.toLowerCase())),
  ];
  return found
    .toSorted((a, b) => a.at - b.at)
    .map(
      ({ at, text, why }) =>
        `${file}:${line + sql.slice(0, at).split('\n').length - 1}: ${JSON.stringify(text)} ${why}.`,
    );
}

interface Hit {
  readonly at: number;
  readonly text: string;
  readonly why: string;
}

function hits(code: string, pattern: RegExp, why: string): Hit[] {
  return [...code.matchAll(pattern)].map(({ index, 0: text }) => ({
    at: index + text.length - text.trimStart().length,
    text: text.trim(),
    why,
  }));
}

/** Texts with an escape of one engine or the other: a backslash, or a doubled quote. */
function oddTexts(uncommented: string): Hit[] {
  const why = 'is another text on the other engine; give it as a parameter';
  return hits(uncommented, /'[^']*'/g, why).filter(
    ({ at, text }) => text.includes('\\') || uncommented[at + text.length] === "'",
  );
}

/** What is a whole number by its name, or written as one. */
export const WHOLE_NUMBER = /^(?:\d+|(?:\w+\.)*(?:\w+_(?:bps|count|minor|ppm|rank)|minor_per_unit))$/i;

const BEFORE_A_STAR_OF_COLUMNS = /(?:[.(,]|\b(?:select|distinct|all))$/i;
const FACTOR_BEFORE = /(?:^|[^\w.])([\w.]+)$/;
const FACTOR_BEHIND = /^\s*[+-]?\s*([\w.]+)(?![\w.]|\s*\()/;

/**
 * Products of two numerics, which BigQuery rounds to nine places and DuckDB does not. With at most one factor that is no
 * whole number, nothing is rounded: the product has nine places on both, or is an error on both.
 */
function roundedProducts(code: string): Hit[] {
  const products = [...code.matchAll(/\*/g)].filter(({ index }) => isProductAt(code, index));
  const stars = new Set(products.map(({ index }) => index));
  return products
    .filter(({ index }) => {
      const behind = FACTOR_BEHIND.exec(code.slice(index + 1))?.[1] ?? '';
      return !WHOLE_NUMBER.test(behind) && !isWholeUntil(code, index, stars);
    })
    .map(({ index, 0: text }) => ({ at: index, text, why: 'may round in another way; use fn.num_mul' }));
}

function isProductAt(code: string, at: number): boolean {
  return !BEFORE_A_STAR_OF_COLUMNS.test(code.slice(0, at).trimEnd());
}

/** Whether every factor that stands before a star is a whole number. */
function isWholeUntil(code: string, star: number, stars: ReadonlySet<number>): boolean {
  const before = code.slice(0, star).trimEnd();
  const factor = FACTOR_BEFORE.exec(before)?.[1] ?? '';
  if (!WHOLE_NUMBER.test(factor)) return false;
  const at = before.slice(0, -factor.length).trimEnd().length - 1;
  return !stars.has(at) || isWholeUntil(code, at, stars);
}

function isKnown(name: string): boolean {
  return SAME_FUNCTIONS.has(name) || KEYWORDS.has(name) || name.startsWith('fn.');
}
