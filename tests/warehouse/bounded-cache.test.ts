import { expect, test } from 'vitest';
import { BoundedCache } from '../../warehouse/bounded-cache.ts';

test('a cache forgets its oldest values, and never keeps one that is too large', () => {
  const cache = new BoundedCache<string>({ most: 5, sizeOf: (text) => text.length });
  const kept = () => ['a', 'b', 'c'].map((key) => cache.get(key));
  cache.set('a', '11');
  cache.set('b', '222');
  expect(kept()).toEqual(['11', '222', undefined]);
  // Written again, it is the newest.
  cache.set('a', '1');
  cache.set('c', '44');
  expect(kept()).toEqual(['1', undefined, '44']);
  cache.set('c', '666666');
  expect(kept()).toEqual(['1', undefined, undefined]);
  cache.set('b', '2222');
  expect(kept()).toEqual(['1', '2222', undefined]);
});
