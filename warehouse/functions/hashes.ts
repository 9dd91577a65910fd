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

export const keyCheck = defineFunction({
  name: 'key_check',
  parameters: ['value'],
  meaning: 'A second hash of 60 bits of a text, independent of key_hash.',
  duckdb: 'cast(md5_number(value) & 1152921504606846975 as bigint)',
  bigquery: digitsOnBigQuery(18),
});
