/** One statement of a script: `at` is its offset in the whole text. */
export interface StatementText {
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|r?b?r?'''(?:\\[\s\S]|[^\\])*?'''|r?b?r?"""(?:\\[\s\S]|[^\\])*?"""|r?b?r?'(?:\\[\s\S]|[^'\\\n])*'|r?b?r?"(?:\\[\s\S]|[^"\\\n])*"|`[^`]*`|\w+|[\s\S]/gi;

const isSpace = (token: string): boolean => /^(\s|--|#|\/\*)/.test(token);

/** Splits a script at its semicolons, except in quotes and comments. */
export function statementsOf(sql: string): StatementText[] {
  const statements: StatementText[] = [];
  let begin = 0;
  const cut = (end: number): void => {
    const tokens = [...sql.slice(begin, end).matchAll(TOKEN)];
    const first = tokens.find(([token]) => !isSpace(token));
    if (first) statements.push({ text: sql.slice(begin + first.index, end).trimEnd(), at: begin + first.index });
    begin = end + 1;
  };
  for (const { 0: token, index } of sql.matchAll(TOKEN)) if (token === ';') cut(index);
  cut(sql.length);
  return statements;
}

/** The position of an offset in BigQuery's form: `[2:7]`. */
export function placeOf(sql: string, at: number): string {
  const before = sql.slice(0, at).split('\n');
  return `[${before.length}:${(before.at(-1) ?? '').length + 1}]`;
}

/** The statement with everything before it blank, so that positions are those in the whole script. */
export function inPlace(sql: string, { text, at }: StatementText): string {
  return sql.slice(0, at).replace(/[^\n]/g, ' ') + text;
}

/** BigQuery's name of the kind of a statement: `SELECT`, `INSERT`, `CREATE_TABLE`… */
export function kindOf(statement: string): string {
  const words = [...statement.matchAll(TOKEN)].map(([token]) => token.toUpperCase()).filter((token) => !isSpace(token));
  const [first = '', ...rest] = words;
  if (first === 'WITH' || first === '(' || first === 'SELECT') return 'SELECT';
  if (!['CREATE', 'DROP', 'ALTER', 'TRUNCATE', 'EXPORT', 'BEGIN', 'COMMIT', 'ROLLBACK'].includes(first)) return first;
  const second = rest.find((word) => !['OR', 'REPLACE', 'TEMP', 'TEMPORARY'].includes(word));
  return second === undefined ? first : `${first}_${second}`;
}

/** Whether it is a kind of statement of BigQuery; for anything else, the analyzer reports the error. */
export function isStatementKind(kind: string): boolean {
  return /^(SELECT|INSERT|DELETE|UPDATE|MERGE|TRUNCATE_TABLE|(CREATE|DROP|ALTER)_[A-Z]+)$/.test(kind);
}
