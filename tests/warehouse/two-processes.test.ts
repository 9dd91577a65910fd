import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Unavailable } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { ENGINES, type StartedEngine } from './engines.ts';
import { ada, amountsIn, JANUARY, model, selectOf, sums, whole } from './sums.ts';

const CONFLICT = new Unavailable(
  'The transaction could not be committed: another process changed the warehouse in the meantime. Nothing was written; try again.',
);

describe.each(ENGINES.filter(({ isShared }) => isShared))('on $name', (engine) => {
  let started: StartedEngine;
  let laptop: Warehouse;
  let server: Warehouse;
  beforeAll(async () => {
    started = await engine.start();
  });
  afterAll(() => started.stop());
  beforeEach(async () => {
    [laptop, server] = await requirePresent(started.openTwice, `${engine.name} is shared.`)();
    await server.transaction((writer) => writer.migrate([sums, model, whole]));
  });

  /** Increases the stored amount, after `meanwhile`. */
  const raise =
    (meanwhile: () => Promise<unknown> = async () => undefined) =>
    async (writer: WarehouseWriter) => {
      const [last] = await writer.query<{ amount_minor: bigint }>('select amount_minor from ledger.sums');
      await meanwhile();
      await writer.replaceRows(sums, [ada('2026-01', (last?.amount_minor ?? 9n) + 1n)]);
    };
  const amounts = async (table: string) => (await amountsIn(table, server)).map(([, amount]) => amount);

  test('of two transactions that read the same rows, one commits and the other can be retried', async () => {
    await server.transaction(raise());
    await expect(laptop.transaction(raise(() => server.transaction(raise())))).rejects.toThrow(CONFLICT);
    expect(await amounts('ledger.sums')).toEqual([11n]);
    await laptop.transaction(raise());
    expect(await amounts('ledger.sums')).toEqual([12n]);
  });

  test('of the first two transactions of a warehouse, one commits', async () => {
    const outcomes = await Promise.allSettled([laptop.transaction(raise()), server.transaction(raise())]);
    const done = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(await amounts('ledger.sums')).toEqual([9n + BigInt(done)]);
    await laptop.transaction(raise());
    expect(await amounts('ledger.sums')).toEqual([10n + BigInt(done)]);
  });

  test('rows that are loaded during a closing are not below a cutoff that does not include them', async () => {
    const close = server.transaction(async (writer) => {
      await writer.query('select max(amount_minor) as cutoff from ledger.sums');
      await laptop.transaction((other) => other.append(sums, [ada('2026-01', 1n)]));
      await writer.replacePartition(model, JANUARY, selectOf(['2026-01', 7]));
      await writer.append(sums, [ada('2026-01', 2n)]);
    });
    await expect(close).rejects.toThrow(CONFLICT);
    expect(await amounts('ledger.sums')).toEqual([1n]);
    // A conflicting transaction publishes nothing.
    expect(await amounts('tantieme.sums')).toEqual([]);
  });

  test('models that were built before a closing do not replace those of the closing', async () => {
    const build = laptop.transaction(async (writer) => {
      await writer.replacePartition(model, JANUARY, selectOf(['2026-01', 6]));
      await server.transaction(async (other) => {
        await other.replacePartition(model, JANUARY, selectOf(['2026-01', 7]));
        await other.append(sums, [ada('2026-01', 1n)]);
      });
    });
    await expect(build).rejects.toThrow(CONFLICT);
    expect(await amounts('tantieme.sums')).toEqual([7n]);
  });

  test('a closing that began before models were published does not commit', async () => {
    const close = server.transaction(async (writer) => {
      await writer.replacePartition(model, JANUARY, selectOf(['2026-01', 7]));
      await laptop.transaction((other) => other.replaceTable(whole, selectOf(['2026-01', 6])));
      await writer.append(sums, [ada('2026-01', 1n)]);
    });
    await expect(close).rejects.toThrow(CONFLICT);
    expect(await amounts('ledger.sums')).toEqual([]);
  });

  test('a transaction that only reads conflicts with no other', async () => {
    await laptop.transaction(
      raise(async () => {
        await server.transaction((writer) => writer.query('select amount_minor from ledger.sums'));
        await server.withRollback(raise());
      }),
    );
    const looks = laptop.transaction(async (writer) => {
      const before = await writer.query('select amount_minor from ledger.sums');
      await server.transaction(raise());
      return before;
    });
    await expect(looks).resolves.toEqual([{ amount_minor: 10n }]);
    expect(await amounts('ledger.sums')).toEqual([11n]);
  });
});
