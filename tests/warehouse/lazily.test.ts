import { expect, test } from 'vitest';
import { lazily } from '../../warehouse/lazily.ts';

test('opens with the first use, once, and again after a failure', async () => {
  const opened: number[] = [];
  const value = lazily(async () => {
    opened.push(opened.length + 1);
    if (opened.length === 1) throw new Error('not now');
    return opened.length;
  });
  expect(opened).toEqual([]);
  await expect(value()).rejects.toThrow('not now');
  expect(await Promise.all([value(), value()])).toEqual([2, 2]);
  expect(await value()).toBe(2);
});
