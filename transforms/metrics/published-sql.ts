import { InvariantBroken } from '../../warehouse/errors.ts';
import { FUNCTIONS } from '../../warehouse/functions/functions.ts';
import { requirePresent } from '../../warehouse/invariant.ts';

/** The databases in which published marts are read. */
export type PublishedEngine = 'duckdb' | 'bigquery' | 'postgresql';

/** Functions as PostgreSQL expressions: exact, and with the values of the other engines. */
const POSTGRESQL: Readonly<Record<string, string>> = {
  ratio_ppm: `case when whole <> 0 then cast(sign(part) * sign(whole) * div(2 * abs(cast(part as numeric)) * 1000000 + abs(whole), 2 * abs(cast(whole as numeric))) as bigint) end`,
};

const CALL = /\bfn\.([a-z_]+)\(/;

/**
 * A SELECT over marts as it runs where they are published: tables are in `schema`, or where the role finds them without one, and functions are written out, because only the
 * warehouse has them. Throws `InvariantBroken` for a function that an engine has no text for.
 */
export function publishedSql(
  sql: string,
  { engine, schema }: { readonly engine: PublishedEngine; readonly schema: string | undefined },
): string {
  let text = sql.replace(/\btantieme\./g, schema === undefined ? '' : `${schema}.`);
  for (let call = CALL.exec(text); call; call = CALL.exec(text)) {
    const from = call.index + call[0].length;
    const values = parseArguments(text, from);
    const written = bodyOf(call[1] ?? '', engine, values);
    text = text.slice(0, call.index) + written + text.slice(from + values.join(',').length + 1);
  }
  return engine === 'postgresql' ? text.replace(/\bas int64\b/g, 'as bigint') : text;
}

/** The arguments of a call, as written, from behind its bracket on. */
function parseArguments(text: string, from: number): string[] {
  const values = [''];
  let depth = 0;
  for (const character of text.slice(from)) {
    if (character === ')' && depth === 0) return values;
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) values.push('');
    else values[values.length - 1] += character;
  }
  throw new InvariantBroken('A call of a function in published SQL does not end.');
}

function bodyOf(name: string, engine: PublishedEngine, values: readonly string[]): string {
  const declared = requirePresent(
    FUNCTIONS.find((each) => each.name === name),
    `No function is named ${name}.`,
  );
  const body = requirePresent(
    engine === 'postgresql' ? POSTGRESQL[name] : declared[engine],
    `The function ${name} has no text for ${engine}.`,
  );
  const parameters = new RegExp(`\\b(${declared.parameters.join('|')})\\b`, 'g');
  const given = (parameter: string): string => `(${values[declared.parameters.indexOf(parameter)]?.trim() ?? ''})`;
  return `(${body.replace(parameters, given)})`;
}
