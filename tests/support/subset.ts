import { refusals } from './refusals.ts';

/**
 * The SQL subset that both engines accept and evaluate alike. GoogleSQL's analyzer finds what BigQuery does not accept; this
 * finds what BigQuery accepts but evaluates differently from DuckDB, and what can be found without the analyzer.
 */

/** A statement of the project and its place. */
export interface PlacedSql {
  /** Path from the repository's root. */
  readonly file: string;
  /** The line of the file at which the statement begins, counted from 1. */
  readonly line: number;
  readonly sql: string;
}

/** Functions that were compared: for the project's columns and constants both engines return the same. */
const SAME_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['cast', 'coalesce', 'count', 'sum', 'min', 'max', 'array_agg', 'substr'],
  ...['row_number', 'lead', 'lag', 'concat'],
]);

/** Words before a bracket that are not functions. */
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

/** Syntax that both accept but evaluate differently, apart from functions. */
const DIFFERENT: readonly (readonly [pattern: RegExp, why: string])[] = [
  [
    /(?<![.\w])\d*\.\d+|\b\d+e[+-]?\d+\b/gi,
    'is a float on BigQuery; calculate with whole numbers, or read a text with fn.try_numeric',
  ],
  [
    /\bas (?!int64\b)(numeric|big\w+|decimal|float\w*|double|int\w*|huge\w+|varchar|text|timestamp|date|bool\w*|json|bytes)\b/gi,
    'is a different type or no type on the other engine',
  ],
  [/(?<!\w_(?:bps|minor|count)|\bnull) as string\b/gi, 'has a different text form; only whole numbers have the same'],
  [/\/|%/g, 'divides differently; use a function of fn'],
  [/\^|~|&|(?<!\|)\|(?!\|)|<<|>>|\*\*|->/g, 'is a different operator on the other engine'],
  [/\b(rollup|cube|grouping sets)\b/gi, 'is evaluated differently; use union all'],
  [/\b(group|order) by all\b/gi, 'is DuckDB only; name the columns'],
  [/\bdistinct on\b|::|\bfilter\s*\(\s*where\b|\basof\b|\bpivot\b|\bsample\b/gi, 'is DuckDB only'],
  [/\b(current_\w+|interval|at time zone|extract)\b/gi, 'depends on the engine, the time zone or the clock'],
  [
    /\b(?:row_number|lead|lag)\s*\([^()]*\)\s*over\s*\((?:(?!order by)[^()])*\)/gi,
    'is another order each time that BigQuery evaluates it, as it does for each reader of a with clause; order by a key',
  ],
  [/\b(i?like|similar to)\b/gi, 'matches differently; use a function of fn'],
  [
    /\bconcat\s*\((?!(?:\s*fn\.field_\w+\([^()]*\)\s*,?)+\s*\))/gi,
    'is null on BigQuery if an argument is, and leaves it out on DuckDB; give it fields of fn.field_text and its like only, which are never null',
  ],
  [/["`]/g, 'quotes a name on one engine and a string on the other'],
  [/[[\]{}]/g, 'makes lists and structs of a different form; use a function of fn'],
];

const CUTS: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/\b(limit|offset|fetch first)\b/gi, 'picks arbitrary rows; rank them by a total order with qualify'],
];

/** Everything in a statement that the engines may evaluate differently, one line each: `file:line: "text" why`. */
export function differences({ file, line, sql }: PlacedSql, { mayCut = false }: { mayCut?: boolean } = {}): string[] {
  const blank = (text: string): string => text.replace(/[^\n]/g, ' ');
  const uncommented = sql.replace(/--[^\n]*/g, blank);
  const code = uncommented.replace(/'[^']*'/g, blank);
  const found = [
    ...[...DIFFERENT, ...(mayCut ? [] : CUTS)].flatMap(([pattern, why]) => hits(code, pattern, why)),
    ...oddTexts(uncommented),
    ...roundedProducts(code),
    ...refusals(code),
    ...hits(code, /(?<![\w.])\w+(?:\.\w+)*(?=\s*\()/g, 'was not compared on both engines; use a function of fn').filter(
      ({ text }) => !isKnown(text.toLowerCase()),
    ),
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

/** String literals with an escape of only one engine: a backslash or a doubled quote. */
function oddTexts(uncommented: string): Hit[] {
  const why = 'is a different string on the other engine; pass it as a parameter';
  return hits(uncommented, /'[^']*'/g, why).filter(
    ({ at, text }) => text.includes('\\') || uncommented[at + text.length] === "'",
  );
}

/** A literal whole number, or a column that is one by its name. */
export const WHOLE_NUMBER = /^(?:\d+|(?:\w+\.)*(?:\w+_(?:bps|count|minor|ppm|rank)|minor_per_unit))$/i;

const BEFORE_A_STAR_OF_COLUMNS = /(?:[.(,]|\b(?:select|distinct|all))$/i;
const FACTOR_BEFORE = /(?:^|[^\w.])([\w.]+)$/;
const FACTOR_BEHIND = /^\s*[+-]?\s*([\w.]+)(?![\w.]|\s*\()/;

/**
 * Products of two numerics, which BigQuery rounds to nine places and DuckDB does not. If at most one factor is not a whole
 * number, nothing is rounded: the product has nine places on both engines, or is an error on both.
 */
function roundedProducts(code: string): Hit[] {
  const products = [...code.matchAll(/\*/g)].filter(({ index }) => isProductAt(code, index));
  const stars = new Set(products.map(({ index }) => index));
  return products
    .filter(({ index }) => {
      const behind = FACTOR_BEHIND.exec(code.slice(index + 1))?.[1] ?? '';
      return !WHOLE_NUMBER.test(behind) && !isWholeUntil(code, index, stars);
    })
    .map(({ index, 0: text }) => ({ at: index, text, why: 'may round differently; calculate in a function of fn' }));
}

function isProductAt(code: string, at: number): boolean {
  return !BEFORE_A_STAR_OF_COLUMNS.test(code.slice(0, at).trimEnd());
}

/** Whether every factor before a star is a whole number. */
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
