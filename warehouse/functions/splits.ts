import { defineFunction, matches } from './function.ts';

const _ = String.raw`[ \t\n\r]*`;
const CREATOR = String.raw`"creator_id"${_}:${_}"[^"\\\x00-\x1f]*"`;
const SHARE = `"share_bps"${_}:${_}(?:0|[1-9][0-9]{0,4})`;
const HOLDER = String.raw`\{${_}(?:${CREATOR}${_},${_}${SHARE}|${SHARE}${_},${_}${CREATOR})${_}\}`;

/**
 * An array of holders, each with an id and a whole number of basis points and nothing else, as the event's schema has it. The
 * engines read other JSON, and what is almost JSON, in different ways; a share of 1.5 one would round and the other refuse.
 */
const SPLITS = String.raw`${_}\[${_}(?:${HOLDER}(?:${_},${_}${HOLDER})*)?${_}\]${_}`;

/** Null for splits that cannot be read: then nobody is named, and the closing stops for what would be shared. */
const readable = {
  duckdb: (value: string): string => `case when ${matches.duckdb('splits', SPLITS)} then ${value} end`,
  bigquery: (value: string): string => `case when ${matches.bigquery('splits', SPLITS)} then ${value} end`,
} as const;

/** On DuckDB an ordinal of 0 would count from the end. */
const memberOnDuckDb = (member: string): string =>
  readable.duckdb(`json_extract_string(splits, '$[' || case when ordinal > 0 then ordinal - 1 end || '].${member}')`);
const memberOnBigQuery = (member: string): string =>
  readable.bigquery(`json_value(json_query_array(splits)[safe_ordinal(ordinal)], '$.${member}')`);

export const splitCount = defineFunction({
  name: 'split_count',
  parameters: ['splits'],
  meaning: 'How many holders a JSON array of splits names; null for what is no such array.',
  duckdb: readable.duckdb('cast(json_array_length(splits) as bigint)'),
  bigquery: readable.bigquery('array_length(json_query_array(splits))'),
});

export const splitCreatorId = defineFunction({
  name: 'split_creator_id',
  parameters: ['splits', 'ordinal'],
  meaning: 'The holder at an ordinal, counted from 1; null where there is none, or split_count is null.',
  duckdb: memberOnDuckDb('creator_id'),
  bigquery: memberOnBigQuery('creator_id'),
});

export const splitShareBps = defineFunction({
  name: 'split_share_bps',
  parameters: ['splits', 'ordinal'],
  meaning:
    "The holder's part at an ordinal, counted from 1, in whole basis points; null where there is none, or split_count is null.",
  duckdb: `cast(${memberOnDuckDb('share_bps')} as bigint)`,
  bigquery: `cast(${memberOnBigQuery('share_bps')} as int64)`,
});
