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

export const HASH_INPUTS: InputsByName = { key_hash: texts, key_check: texts };
