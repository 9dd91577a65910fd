import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { evaluateOnDuckDb } from './evaluate.ts';

/** The agreement test compares the engines; this one, with MD5 elsewhere: the hashes are stored and must never change. */

test('key_hash and key_check are the first and last 60 bits of the MD5 hash, its bytes reversed', async () => {
  const texts = ['use:use_1', '', 'é', 'e\u0301', '😀'];
  const cases = texts.map((text) => [text]);
  const part = (text: string, from: number): bigint => {
    const reversed = createHash('md5').update(text, 'utf8').digest().reverse().toString('hex');
    return BigInt(`0x${reversed.slice(from, from + 15)}`);
  };
  expect(await evaluateOnDuckDb('key_hash', { types: ['string'], cases })).toEqual(texts.map((text) => part(text, 0)));
  expect(await evaluateOnDuckDb('key_check', { types: ['string'], cases })).toEqual(
    texts.map((text) => part(text, 17)),
  );
});
