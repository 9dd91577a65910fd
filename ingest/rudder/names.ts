import { RESERVED_WORDS } from './reserved-words.ts';

/**
 * How RudderStack names tables and columns. A name is first spelled (words of ASCII letters and digits, joined by `_`),
 * then made safe (case, reserved words, length).
 */
export interface NamingOptions {
  /** RudderStack's name of the warehouse. Ours is `BQ`; others differ only in case and length. */
  readonly destination?: string;
  /** Separate letters from digits: `v2` → `v_2`. False on new destinations. */
  readonly underscoreDivideNumbers?: boolean;
  /** Use the spelling of the Blendo service. */
  readonly useBlendoCasing?: boolean;
  /** Do not escape reserved words and RudderStack's own table names. */
  readonly skipReservedKeywordsEscaping?: boolean;
}

const LENGTH_LIMIT = 127;
const POSTGRES_LENGTH_LIMIT = 63;

/** `iPhone15Pro` → i, Phone15, Pro; `4ever` stays one word. */
const WORDS = /[A-Z]?[a-z]+\d*|[A-Z]+\d+|[A-Z]+(?![a-z])|\d+(?:[A-Z]?[a-z]+|[A-Z]+)?/g;
/** `iPhone15Pro` → i, Phone, 15, Pro; ordinals such as `1st` stay one word. */
const WORDS_APART_FROM_NUMBERS = new RegExp(
  [
    '[A-Z]?[a-z]+',
    '[A-Z]+(?![a-z])',
    '\\d*(?:1ST|2ND|3RD|(?![123])\\dTH)(?=\\b|[a-z_])',
    '\\d*(?:1st|2nd|3rd|(?![123])\\dth)(?=\\b|[A-Z_])',
    '\\d+',
  ].join('|'),
  'g',
);

/** RudderStack's own tables. An event of such a name goes to `_<name>`; for the first two even if escaping is skipped. */
const ISOLATED_TABLES: ReadonlySet<string> = new Set(['users', 'identifies']);
const CREATED_TABLES: ReadonlySet<string> = new Set(['tracks', 'pages', 'screens', 'aliases', 'groups', 'accounts']);

/** The name of an event in the column `event`: not truncated, reserved words not escaped; may be empty. */
export function spellTable(name: string, options: NamingOptions = {}): string {
  return options.useBlendoCasing ? name.trim().toLowerCase() : spell(name, options);
}

/** The spelling of a column for a key that includes its parents' keys; may be empty. */
export function spellColumn(key: string, options: NamingOptions = {}): string {
  const spelled = options.useBlendoCasing ? spellAsBlendo(key) : spell(key, options);
  return options.destination === 'POSTGRES' ? spelled.slice(0, POSTGRES_LENGTH_LIMIT) : spelled;
}

/** A spelled name in the case of the warehouse, with `_` before a reserved word, truncated to 127 bytes. */
export function safeName(name: string, options: NamingOptions = {}): string {
  const { destination = 'BQ', skipReservedKeywordsEscaping = false } = options;
  const cased = destination.startsWith('SNOW') ? name.toUpperCase() : name.toLowerCase();
  const short = destination === 'POSTGRES' ? cased.slice(0, POSTGRES_LENGTH_LIMIT) : cased;
  const safe = !skipReservedKeywordsEscaping && RESERVED_WORDS.has(short.toUpperCase()) ? `_${short}` : short;
  return destination.endsWith('_DATALAKE') ? safe : safe.slice(0, LENGTH_LIMIT);
}

/** The table of an event, from its original or spelled name: `Order Completed` → `order_completed`, `Users` → `_users`; may be empty. */
export function tableName(event: string, options: NamingOptions = {}): string {
  const table = safeName(spellColumn(event, options), options);
  const taken = ISOLATED_TABLES.has(table) || (CREATED_TABLES.has(table) && !options.skipReservedKeywordsEscaping);
  return taken ? `_${table}` : table;
}

/** The column of a key: `orderId` → `order_id`, `ORDER` → `_order`; may be empty. */
export function columnName(key: string, options: NamingOptions = {}): string {
  return safeName(spellColumn(key, options), options);
}

/** The names of one destination, each computed once. */
export interface Naming {
  readonly spellEvent: (event: string) => string;
  readonly eventTable: (event: string) => string;
  /** A table of RudderStack's own. */
  readonly table: (name: string) => string;
  readonly column: (key: string) => string;
}

const namings = new Map<string, Naming>();

/** The same options always return the same `Naming`, with its cache. */
export function namingOf(options: NamingOptions): Naming {
  const { underscoreDivideNumbers = false, useBlendoCasing = false, skipReservedKeywordsEscaping = false } = options;
  const key = `${options.destination} ${underscoreDivideNumbers} ${useBlendoCasing} ${skipReservedKeywordsEscaping}`;
  const known = namings.get(key);
  if (known) return known;
  const naming: Naming = {
    spellEvent: memoized((event) => spellTable(event, options)),
    eventTable: memoized((event) => tableName(event, options)),
    table: memoized((name) => safeName(name, options)),
    column: memoized((name) => columnName(name, options)),
  };
  namings.set(key, naming);
  return naming;
}

function spell(name: string, { underscoreDivideNumbers = false }: NamingOptions): string {
  const ascii = name.replace(/[^A-Za-z0-9]+/g, '_');
  const words = ascii.match(underscoreDivideNumbers ? WORDS_APART_FROM_NUMBERS : WORDS) ?? [];
  const [leading = ''] = /^_*/.exec(name) ?? [];
  const spelled = leading + words.join('_').toLowerCase();
  return /^[0-9]/.test(spelled) ? `_${spelled}` : spelled;
}

function spellAsBlendo(name: string): string {
  const spelled = name.replace(/[^A-Za-z0-9\\$]/g, '_').toLowerCase();
  return /^[a-z_]/.test(spelled) ? spelled : `_${spelled}`;
}

/** Names come from outside, so the cache must be limited. */
const CACHE_LIMIT = 20_000;

function memoized(compute: (text: string) => string): (text: string) => string {
  const cache = new Map<string, string>();
  return (text) => {
    const cached = cache.get(text);
    if (cached !== undefined) return cached;
    if (cache.size >= CACHE_LIMIT) cache.clear();
    const name = compute(text);
    cache.set(text, name);
    return name;
  };
}
