import { describe, expect, test } from 'vitest';
import { batchesOf, inOrder } from '../../jobs/in-order.ts';

/** The numbers up to `last`, then an error if one is given. */
async function* numbers(last: number, error?: Error): AsyncGenerator<number> {
  for (let each = 1; each <= last; each++) yield each;
  if (error) throw error;
}

/** What a generator gives, and the message that it throws. */
async function drained<T>(items: AsyncIterable<T>): Promise<(T | string)[]> {
  const found: (T | string)[] = [];
  try {
    for await (const item of items) found.push(item);
  } catch (error) {
    found.push((error as Error).message);
  }
  return found;
}

describe('work in order', () => {
  test('gives results in the order of the items, with no more than so many at once', async () => {
    let running = 0;
    let most = 0;
    const work = async (item: number): Promise<number> => {
      most = Math.max(most, ++running);
      // Later items take fewer turns.
      for (let turn = item; turn < 20; turn++) await new Promise(setImmediate);
      running--;
      return item * 10;
    };
    expect(await drained(inOrder(numbers(20), { atOnce: 3, work }))).toEqual(
      Array.from({ length: 20 }, (_, i) => (i + 1) * 10),
    );
    expect(most).toBe(3);
  });

  test('gives what came before an error, of the work or of the items, then throws it', async () => {
    const work = async (item: number): Promise<number> => {
      if (item === 3) throw new Error('three');
      return item;
    };
    expect(await drained(inOrder(numbers(9), { atOnce: 4, work }))).toEqual([1, 2, 'three']);
    expect(await drained(inOrder(numbers(2, new Error('items')), { atOnce: 4, work }))).toEqual([1, 2, 'items']);
  });

  test('has ended all work when it throws', async () => {
    let ended = 0;
    const work = async (item: number): Promise<number> => {
      if (item === 1) throw new Error('one');
      await new Promise(setImmediate);
      ended++;
      return item;
    };
    expect(await drained(inOrder(numbers(5), { atOnce: 5, work }))).toEqual(['one']);
    expect(ended).toBe(4);
  });
});

test('batches are full but for the last, and what was read before an error is given', async () => {
  expect(await drained(batchesOf(numbers(5), 2))).toEqual([[1, 2], [3, 4], [5]]);
  expect(await drained(batchesOf(numbers(4), 2))).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(await drained(batchesOf(numbers(0), 2))).toEqual([]);
  expect(await drained(batchesOf(numbers(3, new Error('end')), 2))).toEqual([[1, 2], [3], 'end']);
});
