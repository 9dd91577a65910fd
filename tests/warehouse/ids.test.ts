import { expect, test } from 'vitest';
import { derivedId, randomId, sha256Hex } from '../../warehouse/ids.ts';

test('the same natural key gives the same id', () => {
  expect(derivedId('po', 'batch_2026-01', 'cr_ada', 'USD')).toBe(derivedId('po', 'batch_2026-01', 'cr_ada', 'USD'));
  expect(derivedId('po', 'a')).toMatch(/^po_[0-9a-f]{24}$/);
});

test('the boundary between parts of the key matters', () => {
  const ids = [
    derivedId('po', 'a', 'bc'),
    derivedId('po', 'ab', 'c'),
    derivedId('po', 'abc'),
    derivedId('po', 'a,b', 'c'),
    derivedId('po', 'a","b', 'c'),
    derivedId('po', 'a', 'b","c'),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

test('a random id is different each time', () => {
  expect(randomId('run')).toMatch(/^run_[0-9a-f]{30}$/);
  expect(new Set(Array.from({ length: 1000 }, () => randomId('run'))).size).toBe(1000);
});

test('a hash is SHA-256 of bytes, or of text as UTF-8', () => {
  expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256Hex('é')).toBe(sha256Hex(Uint8Array.of(0xc3, 0xa9)));
});
