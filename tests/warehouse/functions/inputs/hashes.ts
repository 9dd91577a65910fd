import fc from 'fast-check';
import { type Inputs, type InputsByName, nullable, textOf } from './arbitrary.ts';

const texts: Inputs = {
  types: ['string'],
  edges: [
    '',
    ' ',
    'use:',
    'use:use_1',
    'é',
    'e\u0301',
    '😀',
    '\u0000',
    'a\u0000b',
    '\ufeffuse',
    'ß',
    'İ',
    'x'.repeat(10_000),
    null,
  ].map((text) => [text]),
  random: fc.tuple(
    nullable(
      fc.oneof(textOf(20), fc.stringMatching(/^use:use_[A-Za-z0-9_-]{1,80}$/)).map((text) => text.toWellFormed()),
    ),
  ),
};

const number = fc.bigInt({ min: 0n, max: 2n ** 60n - 1n });

const keys: Inputs = {
  types: ['int64'],
  edges: [0n, 2n ** 50n - 1n, 2n ** 50n, 2n ** 60n - 1n, -1n, -(2n ** 50n), -(2n ** 63n), 2n ** 63n - 1n, null].map(
    (key) => [key],
  ),
  random: fc.tuple(nullable(number)),
};

/** Structs and arrays of them cannot be in a column: a call makes three pairs, of which some are equal in part. */
const pairs: Inputs = {
  call: 'fn.sorted_pairs(case when x0 is not null then [fn.key_pair(x0, x1), fn.key_pair(x0, x2), fn.key_pair(x2, x1)] end)',
  types: ['int64', 'int64', 'int64'],
  edges: [
    [0n, 0n, 0n],
    [9n, 10n, -1n],
    [2n ** 63n - 1n, -(2n ** 63n), 0n],
  ],
  random: fc.tuple(number, number, number),
};

export const HASH_INPUTS: InputsByName = {
  key_hash: texts,
  key_check: texts,
  key_bucket: keys,
  key_pair: pairs,
  sorted_pairs: pairs,
};
