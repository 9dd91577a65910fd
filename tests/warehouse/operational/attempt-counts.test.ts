import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharedCounts } from '../../../warehouse/operational/attempt-counts.ts';
import { freshStore } from './fresh-store.ts';

let store: Awaited<ReturnType<typeof freshStore>>;
beforeAll(async () => {
  store = await freshStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const clock = { now: () => 0 };
const MINUTE = 60_000;

test('counts of several processes are one, each in its own window, and begin anew when that has ended', async () => {
  const { operational } = store;
  const processes = [sharedCounts(operational, clock), sharedCounts(operational, clock)];
  const add = (id: string) => processes.map((counts) => counts.add(id, MINUTE));
  const [ada, ben] = await Promise.all([Promise.all([...add('ada'), ...add('ada')]), Promise.all(add('ben'))]);
  expect([ada, ben].map((counted) => counted.map(({ count }) => count).sort())).toEqual([
    [1, 2, 3, 4],
    [1, 2],
  ]);
  for (const { endsInMs } of [...ada, ...ben]) expect(endsInMs > 0 && endsInMs <= MINUTE).toBe(true);
  const rows = await operational.selectFrom('attempt_counts').selectAll().execute();
  expect([rows.length, JSON.stringify(rows).includes('ada')]).toEqual([2, false]);
  await operational
    .updateTable('attempt_counts')
    .set({ window_ends_at: sql<string>`clock_timestamp() - interval '1 second'` })
    .where('count', '=', 4)
    .execute();
  const again = await Promise.all(add('ada'));
  expect(again.map(({ count }) => count).sort()).toEqual([1, 2]);
});

test('a process removes what has ended', async () => {
  const { operational } = store;
  await operational.updateTable('attempt_counts').set({ window_ends_at: '2000-01-01T00:00:00.000Z' }).execute();
  await sharedCounts(operational, clock).add('cai', MINUTE);
  expect(await operational.selectFrom('attempt_counts').select('count').execute()).toEqual([{ count: 1 }]);
});
