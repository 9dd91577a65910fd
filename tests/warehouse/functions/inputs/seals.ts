import fc from 'fast-check';
import { decimalOf } from '../../../../warehouse/money.ts';
import { type Inputs, type InputsByName, nullable } from './arbitrary.ts';
import { HASH_INPUTS } from './hashes.ts';
import { TIME_INPUTS } from './time.ts';

const texts = HASH_INPUTS.key_hash as Inputs;
const hashes = fc.stringMatching(/^[0-9a-f]{4}$/);

/** Arrays cannot be in a column: the members come from the splits of a text, by their ids. */
const array = (ids: readonly string[]): string =>
  JSON.stringify(ids.map((creator_id) => ({ creator_id, share_bps: 1 })));

export const SEAL_INPUTS: InputsByName = {
  field_text: texts,
  sha256_hex: texts,
  field_int: {
    types: ['int64'],
    edges: [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), null].map((value) => [value]),
    random: fc.tuple(nullable(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))),
  },
  field_numeric: {
    types: ['numeric'],
    // With the least and the greatest of each length.
    edges: [
      ...['0', '-0.000000001', '99999999999999999999999999999.999999999', '1.5', '-12', null],
      ...['9.999999999', '10', '99.999999999', '100', '999.999999999', '1000'].flatMap((value) => [value, `-${value}`]),
    ].map((value) => [value]),
    random: fc.tuple(nullable(fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }).map((nanos) => decimalOf(nanos)))),
  },
  field_date: {
    types: ['date'],
    edges: [['0001-01-01'], ['2026-01-31'], ['9999-12-31'], [null]],
    random: fc.tuple(
      nullable(
        fc
          .date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true })
          .map((day) => day.toISOString().slice(0, 10)),
      ),
    ),
  },
  field_instant: TIME_INPUTS.month_of as Inputs,
  sorted_text: {
    // On BigQuery the ids of NULL are an empty array; array_agg makes NULL of no rows on both.
    call: 'fn.sorted_text(case when x0 is not null then fn.split_creator_ids(x0) end)',
    types: ['json'],
    edges: [['[]'], [array(['b', 'a'])], [array(['a', 'a'])], [null]],
    random: fc.tuple(nullable(fc.array(hashes, { maxLength: 6 }).map(array))),
  },
};
