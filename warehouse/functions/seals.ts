import { defineFunction } from './function.ts';

/** DuckDB: a text that is not null, with its length in bytes before it. */
const written = (text: string): string => `concat(strlen(${text}), ':', ${text})`;

/**
 * The canonical text of a row, for seals: its fields one after the other, each as a netstring, length in bytes, colon, bytes
 * (https://cr.yp.to/proto/netstrings.txt, without the comma), or `~` for NULL. Equal on both engines and easy to write anywhere.
 */
const netstring = {
  // The engine computes each mention of an argument anew, so that the value is what is tested and not its text.
  duckdb: (text: string): string => `case when value is null then '~' else ${written(text)} end`,
  bigquery: (text: string): string => `coalesce(concat(cast(byte_length(${text}) as string), ':', ${text}), '~')`,
} as const;

export const fieldText = defineFunction({
  name: 'field_text',
  parameters: ['value'],
  meaning: 'A text as a field of a canonical row.',
  duckdb: netstring.duckdb('value'),
  bigquery: netstring.bigquery('value'),
});

export const fieldInt = defineFunction({
  name: 'field_int',
  parameters: ['value'],
  meaning: 'An integer as a field of a canonical row.',
  duckdb: netstring.duckdb('cast(value as varchar)'),
  bigquery: netstring.bigquery('cast(value as string)'),
});

/** DuckDB: an amount below 1e9 with nine decimal places. */
const smallText = 'cast(cast(value as decimal(18, 9)) as varchar)';

export const fieldNumeric = defineFunction({
  name: 'field_numeric',
  parameters: ['value'],
  meaning: 'A numeric as a field of a canonical row, with nine decimal places.',
  // In 64 bits, which the engine writes ten times faster, where it fits. The lengths of the shortest are known, so that they are written once.
  duckdb: `case when value is null then '~'
    when value >= 0 and value < 10 then concat('11:', ${smallText})
    when value > -10 and value < 100 then concat('12:', ${smallText})
    when value > -100 and value < 1000 then concat('13:', ${smallText})
    when value between -900000000 and 900000000 then ${written(smallText)}
    else ${written('cast(cast(value as decimal(38, 9)) as varchar)')} end`,
  bigquery: netstring.bigquery(`format('%.9f', cast(value as numeric))`),
});

export const fieldDate = defineFunction({
  name: 'field_date',
  parameters: ['value'],
  meaning: 'A date as a field of a canonical row: 2026-01-31.',
  duckdb: netstring.duckdb('cast(value as varchar)'),
  bigquery: netstring.bigquery('cast(value as string)'),
});

export const fieldInstant = defineFunction({
  name: 'field_instant',
  parameters: ['value'],
  meaning: 'An instant as a field of a canonical row: microseconds since 1970.',
  duckdb: netstring.duckdb('cast(epoch_us(value) as varchar)'),
  bigquery: netstring.bigquery('cast(unix_micros(value) as string)'),
});

export const sha256Hex = defineFunction({
  name: 'sha256_hex',
  parameters: ['value'],
  meaning: 'SHA-256 of a text in UTF-8, as 64 lower-case hexadecimal digits.',
  duckdb: 'sha256(value)',
  bigquery: 'to_hex(sha256(value))',
});

export const sortedText = defineFunction({
  name: 'sorted_text',
  parameters: ['hashes'],
  meaning: 'The texts of an array, sorted and put together; empty for an empty array.',
  duckdb: `array_to_string(list_sort(hashes), '')`,
  bigquery: `if(hashes is null, null, (select coalesce(string_agg(digest, '' order by digest), '') from unnest(hashes) as digest))`,
});
