import { defineFunction, matches } from './function.ts';

const _ = String.raw`[ \t\n\r]*`;
const CREATOR = String.raw`"creator_id"${_}:${_}"[^"\\\x00-\x1f]*"`;
const SHARE = `"share_bps"${_}:${_}(?:0|[1-9][0-9]{0,4})`;
const HOLDER = String.raw`\{${_}(?:${CREATOR}${_},${_}${SHARE}|${SHARE}${_},${_}${CREATOR})${_}\}`;

/**
 * An array of holders, each with an id and a whole number of basis points and nothing else, as the event schema requires. The
 * engines parse other JSON and malformed JSON differently: of a share of 1.5, one would round and the other fail.
 */
const SPLITS = String.raw`${_}\[${_}(?:${HOLDER}(?:${_},${_}${HOLDER})*)?${_}\]${_}`;

/** Null for malformed splits: they have no holders, and a check then stops the closing. */
const readable = {
  duckdb: (value: string): string => `case when ${matches.duckdb('splits', SPLITS)} then ${value} end`,
  bigquery: (value: string): string => `case when ${matches.bigquery('splits', SPLITS)} then ${value} end`,
} as const;

/** On DuckDB, index -1 (ordinal 0) would mean the last element. */
const memberOnDuckDb = (member: string): string =>
  readable.duckdb(`json_extract_string(splits, '$[' || case when ordinal > 0 then ordinal - 1 end || '].${member}')`);
const memberOnBigQuery = (member: string): string =>
  readable.bigquery(`json_value(json_query_array(splits)[safe_ordinal(ordinal)], '$.${member}')`);

export const splitCount = defineFunction({
  name: 'split_count',
  parameters: ['splits'],
  meaning: 'The number of holders in a JSON array of splits; null if the text is not such an array.',
  duckdb: readable.duckdb('cast(json_array_length(splits) as bigint)'),
  bigquery: readable.bigquery('array_length(json_query_array(splits))'),
});

export const splitCreatorId = defineFunction({
  name: 'split_creator_id',
  parameters: ['splits', 'ordinal'],
  meaning: 'The creator_id of the holder at an ordinal, counted from 1; null if there is none, or split_count is null.',
  duckdb: memberOnDuckDb('creator_id'),
  bigquery: memberOnBigQuery('creator_id'),
});

export const splitShareBps = defineFunction({
  name: 'split_share_bps',
  parameters: ['splits', 'ordinal'],
  meaning:
    'The share of the holder at an ordinal, counted from 1, in whole basis points; null if there is none, or split_count is null.',
  duckdb: `cast(${memberOnDuckDb('share_bps')} as bigint)`,
  bigquery: `cast(${memberOnBigQuery('share_bps')} as int64)`,
});
