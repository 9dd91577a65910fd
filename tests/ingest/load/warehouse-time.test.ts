import { expect, test } from 'vitest';
import { ArrivalInstants, lastInstant, takeInstant } from '../../../ingest/load/warehouse-time.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { Conflict } from '../../../warehouse/errors.ts';

test('every instant is later than the previous one, whatever the clock does, and a rolled back one can be used again', async () => {
  const warehouse = await openDuckDb({ path: ':memory:' });
  await warehouse.transaction((writer) => writer.migrate([lastInstant]));
  let now = 0;
  const take = (time: string) => {
    now = Date.parse(time);
    return warehouse.transaction((writer) => takeInstant(writer, { now: () => now }));
  };
  expect(await take('2026-02-01T00:00:00.000Z')).toBe('2026-02-01T00:00:00.000Z');
  expect(await take('2026-02-01T00:00:00.000Z')).toBe('2026-02-01T00:00:00.001Z');
  expect(await take('2026-01-31T23:00:00.000Z')).toBe('2026-02-01T00:00:00.002Z');
  await warehouse
    .transaction(async (writer) => {
      await takeInstant(writer, { now: () => Date.parse('2026-03-01T00:00:00.000Z') });
      throw new Conflict('no');
    })
    .catch(() => undefined);
  expect(await take('2026-02-01T00:00:00.000Z')).toBe('2026-02-01T00:00:00.003Z');
  expect(await take('2026-02-01T00:00:01.000Z')).toBe('2026-02-01T00:00:01.000Z');
  expect(await warehouse.query(`select * from ${lastInstant.name}`)).toHaveLength(1);
  await warehouse.close();
});

test('the events of a load have instants in the order of arrival, also as texts, and all that follows is later', async () => {
  const warehouse = await openDuckDb({ path: ':memory:' });
  await warehouse.transaction((writer) => writer.migrate([lastInstant]));
  const clock = { now: () => Date.parse('2026-02-01T00:00:00.999Z') };
  const arrived = await warehouse.transaction(async (writer) => {
    const instants = new ArrivalInstants(await takeInstant(writer, clock));
    const texts = Array.from({ length: 2500 }, () => instants.next());
    await instants.keep(writer);
    return texts;
  });
  expect(arrived.slice(0, 2)).toEqual(['2026-02-01T00:00:00.999001Z', '2026-02-01T00:00:00.999002Z']);
  expect(arrived.slice(998, 1000)).toEqual(['2026-02-01T00:00:00.999999Z', '2026-02-01T00:00:01.000001Z']);
  expect(arrived.toSorted()).toEqual(arrived);
  expect(new Set(arrived).size).toBe(2500);
  const next = await warehouse.transaction((writer) => takeInstant(writer, clock));
  expect(next > (arrived.at(-1) ?? '')).toBe(true);
  await warehouse.close();
});
