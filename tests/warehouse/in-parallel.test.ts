import { expect, test } from 'vitest';
import { inParallel } from '../../warehouse/in-parallel.ts';

async function* counted(until: number, onEnd: () => void): AsyncGenerator<number> {
  try {
    for (let each = 1; each <= until; each++) yield each;
  } finally {
    onEnd();
  }
}

test('results are in the order of the items, whatever ends first', async () => {
  const ends: (() => void)[] = [];
  const all = inParallel([1, 2, 3], (item) => new Promise<number>((resolve) => ends.push(() => resolve(item * 10))));
  await expect.poll(() => ends.length).toBe(3);
  for (const end of ends.reverse()) end();
  expect(await all).toEqual([10, 20, 30]);
});

test('no more than eight are under way', async () => {
  let running = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running--;
  };
  await inParallel(Array.from({ length: 50 }), work);
  expect(most).toBe(8);
});

test('one that fails stops none of the others, and is reported once all have ended', async () => {
  const done: number[] = [];
  let hasEnded = false;
  const items = counted(20, () => {
    hasEnded = true;
  });
  const work = async (item: number): Promise<void> => {
    await new Promise(setImmediate);
    if (item === 3) throw new Error('three');
    done.push(item);
  };
  await expect(inParallel(items, work)).rejects.toThrow('three');
  expect(done).toHaveLength(19);
  expect(hasEnded).toBe(true);
});

test('the items are closed when every worker has failed', async () => {
  let hasEnded = false;
  const items = counted(1_000_000, () => {
    hasEnded = true;
  });
  await expect(inParallel(items, () => Promise.reject(new Error('full')))).rejects.toThrow('full');
  expect(hasEnded).toBe(true);
});
