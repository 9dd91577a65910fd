import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadSegments } from '../../../ingest/load/load-segments.ts';
import { InvariantBroken, Unavailable } from '../../../warehouse/errors.ts';
import type { ValueRow, Warehouse } from '../../../warehouse/warehouse.ts';
import { FULL_RUN } from '../../support/full-run.ts';
import { clock, Loading, refuse, signUp } from './loading.ts';

let loading: Loading;
beforeEach(async () => {
  loading = await Loading.open();
});
afterEach(() => loading[Symbol.asyncDispose]());

const NOTHING = { accepted: 0, landed: 0, duplicates: 0, quarantined: 0 };
const quarantined = (): Promise<ValueRow[]> =>
  loading.rows('select message_id, violation, reason from landing.quarantined_events order by received_at, message_id');
const counted = (): Promise<ValueRow[]> =>
  loading.rows('select accepted_count, landed_count, quarantined_count from landing.loads');

test('Events that the warehouse does not take are found and quarantined, all others land, and it says so', async () => {
  await refuse(loading, `creator_name not in ('Creator 7', 'Creator 8', 'Creator 31')`);
  await loading.send(...Array.from({ length: 40 }, (_, nth) => signUp(nth)));
  const { segment_id } = await loading.sealed();
  let trials = 0;
  const warehouse: Warehouse = {
    ...loading.warehouse,
    withRollback: (work) => {
      trials++;
      return loading.warehouse.withRollback(work);
    },
  };
  await expect(loadSegments(warehouse, { spool: loading.spool, clock })).rejects.toThrow(
    new InvariantBroken(
      `Events cannot be loaded and were quarantined: 3 events of the segment ${segment_id}. All others are loaded. See landing.quarantined_events, where the reason begins with "The warehouse does not take the event"; once the cause is mended, run replay-rejected.`,
    ),
  );
  // For each event at most two trials a half and one without any, and one at the beginning.
  expect(trials).toBeLessThan(3 * (2 * 6 + 1) + 1);
  expect(await loading.creators()).toHaveLength(37);
  expect(await counted()).toEqual([{ accepted_count: 40n, landed_count: 37n, quarantined_count: 3n }]);
  const found = await quarantined();
  expect(found.map(({ message_id }) => message_id).sort()).toEqual(
    [7, 8, 31].map((nth) => signUp(nth).messageId).sort(),
  );
  expect(found[0]?.reason).toMatch(/^The warehouse does not take the event: .*CHECK constraint failed/);
  expect(loading.spool.state().sealed_count).toBe(0);
  expect(await loading.load()).toEqual(NOTHING);

  // Received again, it is found again, but not reported again; once the cause is mended, it lands.
  await loading.send(signUp(7), signUp(50));
  expect(await loading.load()).toMatchObject({ landed: 1, duplicates: 1 });
  await refuse(loading, 'true');
  await loading.send(signUp(7));
  expect(await loading.load()).toMatchObject({ landed: 1 });
});

test('Of events that load alone but not together, the later one is quarantined', async () => {
  await loading.warehouse.transaction((writer) =>
    writer.query('create unique index creators on raw.creator_signed_up (creator_name)'),
  );
  const same = signUp(9, { properties: { ...(signUp(9).properties as object), creator_name: 'Creator 1' } });
  await loading.send(...[0, 1, 2, 3, 4].map((nth) => signUp(nth)), same, signUp(5));
  await expect(loading.load()).rejects.toThrow(InvariantBroken);
  expect(await loading.creators()).toEqual(['cr_0', 'cr_1', 'cr_2', 'cr_3', 'cr_4', 'cr_5']);
  expect(await quarantined()).toMatchObject([{ message_id: same.messageId }]);
});

test('If the load fails without any event, or the disk is full, none is quarantined and the segment waits', async () => {
  await loading.send(signUp(1), signUp(2));
  await loading.warehouse.transaction((writer) => writer.query('alter table landing.last_instant rename to gone'));
  await expect(loading.load()).rejects.toThrow('last_instant');
  await loading.warehouse.transaction((writer) => writer.query('alter table landing.gone rename to last_instant'));
  const full: Warehouse = {
    ...loading.warehouse,
    transaction: (work) =>
      loading.warehouse.transaction(async (writer) => {
        await work(writer);
        throw new Error('IO Error: Could not write file "warehouse.duckdb": No space left on device');
      }),
  };
  await expect(loadSegments(full, { spool: loading.spool, clock })).rejects.toThrow(Unavailable);
  expect(await loading.load()).toEqual({ ...NOTHING, accepted: 2, landed: 2 });
});

test.runIf(FULL_RUN)('Very many such events take several loads, and do not hold up another segment', async () => {
  await refuse(loading, `not regexp_matches(creator_name, '^Creator [0-9]?[13579]$')`);
  await loading.send(...Array.from({ length: 100 }, (_, nth) => signUp(nth)));
  await loading.sealed();
  await loading.send(signUp(999));
  await expect(loading.load()).rejects.toThrow(/is not loaded yet.* of which \d+ are found/);
  expect(await loading.creators()).toEqual(['cr_999']);
  let error: unknown = new Unavailable('');
  for (let nth = 0; nth < 5 && error instanceof Unavailable; nth++)
    error = await loading.load().catch((thrown) => thrown);
  expect(error).toBeInstanceOf(InvariantBroken);
  expect(await loading.creators()).toHaveLength(50 + 1);
  expect(await quarantined()).toHaveLength(50);
});
