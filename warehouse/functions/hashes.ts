import { defineFunction } from './function.ts';

/** The engines' MD5 as a number of 128 bits differs in the order of its bytes: the last byte of the hash comes first here. */
const digitsOnBigQuery = (from: number): string =>
  `cast(concat('0x', substr(to_hex(reverse(md5(value))), ${from}, 15)) as int64)`;

export const keyHash = defineFunction({
  name: 'key_hash',
  parameters: ['value'],
  meaning: 'A hash of 60 bits of a text. Together with key_check it stands for the text.',
  duckdb: 'cast(md5_number(value) >> 68 as bigint)',
  bigquery: digitsOnBigQuery(1),
});

export const keyBucket = defineFunction({
  name: 'key_bucket',
  parameters: ['key'],
  meaning: 'The first ten bits of a key_hash, as a number.',
  duckdb: 'key // 1125899906842624',
  bigquery: 'div(key, 1125899906842624)',
});

export const keyPair = defineFunction({
  name: 'key_pair',
  parameters: ['first_hash', 'second_hash'],
  meaning: 'Both hashes of a text as one value, which sorted_pairs takes.',
  duckdb: 'struct_pack(key_hash := first_hash, key_check := second_hash)',
  bigquery: 'struct(first_hash as key_hash, second_hash as key_check)',
});

export const sortedPairs = defineFunction({
  name: 'sorted_pairs',
  parameters: ['pairs'],
  meaning:
    'The pairs of an array in their order, as text: both numbers with a colon between, and a comma between pairs.',
  duckdb: `array_to_string(list_transform(list_sort(pairs), lambda pair: concat(pair.key_hash, ':', pair.key_check)), ',')`,
  bigquery: `if(pairs is null, null, (select coalesce(string_agg(concat(cast(pair.key_hash as string), ':', cast(pair.key_check as string)), ',' order by pair.key_hash, pair.key_check), '') from unnest(pairs) as pair))`,
});

export const keyCheck = defineFunction({
  name: 'key_check',
  parameters: ['value'],
  meaning: 'A second hash of 60 bits of a text, independent of key_hash.',
  duckdb: 'cast(md5_number(value) & 1152921504606846975 as bigint)',
  bigquery: digitsOnBigQuery(18),
});
