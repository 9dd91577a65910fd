import { expect, test } from 'vitest';
import { workThrough } from '../../../jobs/payouts/work-through.ts';
import { virtualTime } from './virtual-time.ts';

test('every item is worked on once, in order, so many at a time', async () => {
  const time = virtualTime();
  const begun: number[] = [];
  let atOnce = 0;
  let most = 0;
  const items = Array.from({ length: 20 }, (_, nth) => nth);
  const work = async (item: number) => {
    begun.push(item);
    most = Math.max(most, ++atOnce);
    await time.wait((item * 7) % 5);
    atOnce--;
  };
  await time.run(workThrough(items, { atOnce: 3, work }));
  expect(begun).toEqual(items);
  expect(most).toBe(3);
});

test('after a failure no item is begun, those that were begun are finished, and the first failure is thrown', async () => {
  const time = virtualTime();
  const begun: number[] = [];
  const finished: number[] = [];
  const work = async (item: number) => {
    begun.push(item);
    await time.wait(item === 1 ? 10 : 20);
    if (item === 1) throw new Error('The second one fails.');
    if (item === 2) throw new Error('The third one fails later.');
    finished.push(item);
  };
  await expect(time.run(workThrough([0, 1, 2, 3, 4, 5], { atOnce: 3, work }))).rejects.toThrow('The second one fails.');
  expect(begun).toEqual([0, 1, 2]);
  expect(finished).toEqual([0]);
});

test('no items are no work', async () => {
  await workThrough([], { atOnce: 3, work: () => Promise.reject(new Error('Nothing to do.')) });
});
