import { existsSync, readdirSync } from 'node:fs';
import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { Conflict, Unavailable } from '../../../warehouse/errors.ts';
import { defineTable } from '../../../warehouse/vocabulary/tables.ts';
import type { ValueRow } from '../../../warehouse/warehouse.ts';
import { inAnotherProcess } from '../child.ts';
import { temporaryFolder } from '../folder.ts';

const sums = defineTable({
  name: 'test.sums',
  meaning: 'One row per creator.',
  fields: ['creator_id', 'amount_minor'],
  key: ['creator_id'],
});

describe('a file', () => {
  const opening = (path: string) =>
    inAnotherProcess({
      module: join(import.meta.dirname, '../../../warehouse/duckdb/duckdb.ts'),
      name: 'openDuckDb',
      argument: JSON.stringify({ path }),
    });

  test('stores what was written, in a folder that is created', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'deep', 'warehouse.duckdb');
    const first = await openDuckDb({ path });
    await first.transaction(async (writer) => {
      await writer.migrate([sums]);
      await writer.append(sums, [{ creator_id: 'cr_ada', amount_minor: 1n }]);
    });
    await first.close();
    const second = await openDuckDb({ path });
    expect(await second.query('select amount_minor from test.sums')).toEqual([{ amount_minor: 1n }]);
    await second.close();
  });

  test('has ids in one compression; what comes again and again, and raw rows, in what the engine chooses; drafts in none', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'warehouse.duckdb');
    const columns = [
      { name: 'sale_id', type: 'string', optional: false },
      { name: 'creator_id', type: 'string', optional: false },
    ] as const;
    const sales = { ...sums, name: 'test.sales', columns };
    const raw = { ...sales, name: 'test.raw', layout: { partitionBy: 'loaded_at' } } as const;
    const draft = { ...sales, name: 'draft.sales' };
    const first = await openDuckDb({ path });
    await first.transaction(async (writer) => {
      await writer.migrate([sales, raw, draft]);
      for (const { name } of [sales, raw, draft])
        await writer.query(`insert into ${name} select 'sale_' || range % 3, 'cr_' || range % 3 from range(20000)`);
    });
    await first.close();
    const second = await openDuckDb({ path });
    const compressionsOf = async (table: string) =>
      (
        await second.query(
          `select compression from pragma_storage_info('${table}') where segment_type = 'VARCHAR' order by column_id`,
        )
      ).map(({ compression }) => compression);
    expect(await compressionsOf('test.sales')).toEqual(['FSST', 'Dictionary']);
    expect(await compressionsOf('test.raw')).toEqual(['Dictionary', 'Dictionary']);
    expect(await compressionsOf('draft.sales')).toEqual(['Uncompressed', 'Uncompressed']);
    await second.close();
  });

  test('is opened with the given limits, and spills to the given folder, which is empty afterwards', async () => {
    await using folder = await temporaryFolder();
    const spillFolder = join(folder.path, 'spill');
    const opened = await openDuckDb({
      path: join(folder.path, 'warehouse.duckdb'),
      memoryLimit: '64MiB',
      threads: 2,
      spillFolder,
    });
    const [set] = await opened.query(
      "select current_setting('memory_limit') as memory, current_setting('threads') as threads, current_setting('temp_directory') as spill",
    );
    expect(set).toEqual({ memory: '64.0 MiB', threads: 2n, spill: spillFolder });
    // Larger than the memory.
    await opened.transaction(async (writer) => {
      await writer.query(
        'create temp table texts as select md5(cast(range as varchar)) as text from range(3000000) order by text',
      );
    });
    expect(readdirSync(spillFolder)).not.toEqual([]);
    await opened.close();
    expect(existsSync(spillFolder) ? readdirSync(spillFolder) : []).toEqual([]);
  });

  test('is opened once by a process, also by two concurrent calls', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'warehouse.duckdb');
    const outcomes = await Promise.allSettled([openDuckDb({ path }), openDuckDb({ path })]);
    const opened = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(opened).toHaveLength(1);
    await expect(openDuckDb({ path: join(folder.path, '.', 'warehouse.duckdb') })).rejects.toThrow(
      new Conflict(`The warehouse file ${path} is already open in this process.`),
    );
    await opened[0]?.close();
    await (await openDuckDb({ path })).close();
  });

  test('held by another process is reported in one sentence, and can be opened after that has ended', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'warehouse.duckdb');
    await using holder = opening(path);
    expect(await holder.line()).toBe('held');
    await expect(openDuckDb({ path })).rejects.toThrow(
      new Unavailable(
        `The warehouse file ${path} is held by process ${holder.pid}; stop that process, or use its API.`,
      ),
    );
    await holder.end();
    await (await openDuckDb({ path })).close();
  });

  test('that is not a database is reported, and left unchanged', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'notes.txt');
    await writeFile(path, 'My notes, which are not a database and must not be overwritten.'.repeat(100));
    for (const _ of [1, 2]) {
      await expect(openDuckDb({ path })).rejects.toThrow(
        new Conflict(
          `The warehouse file ${path} cannot be opened: it is not a DuckDB database; restore it from a backup, or correct WAREHOUSE_URL.`,
        ),
      );
    }
  });

  test('that is truncated or damaged is named, with what to do; so it is when a query meets the damage', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'warehouse.duckdb');
    const opened = await openDuckDb({ path });
    await opened.transaction((writer) =>
      writer.query('create table numbers as select hash(i) as n from range(500000) as r(i)'),
    );
    await opened.close();
    const bytes = await readFile(path);
    const damaged = (act: string): Conflict =>
      new Conflict(
        `The warehouse file ${path} cannot be ${act}: it is truncated or damaged; restore it from a backup.`,
      );
    for (const size of [100, 5000, bytes.length - 1000]) {
      await writeFile(path, bytes.subarray(0, size));
      await expect(openDuckDb({ path })).rejects.toThrow(damaged('opened'));
    }
    // Past the three headers comes the first block of rows.
    await writeFile(path, Buffer.from(bytes).fill(0xaa, 300_000, 300_200));
    const withDamage = await openDuckDb({ path });
    await expect(withDamage.query('select sum(n) from numbers')).rejects.toThrow(damaged('read'));
    await withDamage.close();
  });

  test('is not written by the steps of a transaction, nor by a scratch catalogue', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'warehouse.duckdb');
    const opened = await openDuckDb({ path });
    await opened.transaction((writer) => writer.migrate([sums]));
    await opened.query('checkpoint');
    const before = await readFile(path);
    const select = `select 'cr_ada' as creator_id, n as amount_minor from range(100000) as r(n)`;
    await opened.transaction((writer) => writer.createStep({ ...sums, name: 'steps.sums' }, select));
    await opened.withScratch({ functions: [], tables: [] }, async (writer) => {
      await writer.migrate([sums]);
      await writer.replaceTable(sums, select);
    });
    const log = await stat(`${path}.wal`).catch(() => ({ size: 0 }));
    expect(log.size).toBe(0);
    expect((await readFile(path)).equals(before)).toBe(true);
    await opened.close();
    expect((await readFile(path)).equals(before)).toBe(true);
  });

  test('that is only read is not changed', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'warehouse.duckdb');
    await (await openDuckDb({ path })).close();
    const before = await readFile(path);
    const reading = await openDuckDb({ path, readOnly: true });
    await expect(reading.transaction((writer) => writer.migrate([sums]))).rejects.toThrow(/read-only/);
    await reading.close();
    expect((await readFile(path)).equals(before)).toBe(true);
  });

  test('of published tables is not written if a row lacks a column or has one more than the first', async () => {
    await using folder = await temporaryFolder();
    const warehouse = await openDuckDb({ path: ':memory:' });
    const first = { creator_id: 'cr_ada', amount_minor: 1n };
    const table = { ...sums, name: 'sums', references: [] };
    const write = (file: string, row: ValueRow) =>
      warehouse.files?.write(
        { analyst: join(folder.path, file), finance: join(folder.path, `${file}.finance`) },
        {
          tables: { analyst: [], finance: [] },
          select: () => '',
          conclude: async () => [{ table, rows: [first, row] }],
        },
      );
    await write('whole', { amount_minor: 2n, creator_id: 'cr_bob' });
    await expect(write('less', { creator_id: 'cr_bob' })).rejects.toThrow('must have the same columns');
    await expect(write('more', { ...first, period: '2026-01' })).rejects.toThrow('must have the same columns');
    await warehouse.close();
  });

  test('by another name is still the same file', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'warehouse.duckdb');
    const opened = await openDuckDb({ path });
    await symlink(path, join(folder.path, 'link.duckdb'));
    await expect(openDuckDb({ path: join(folder.path, 'link.duckdb') })).rejects.toThrow(Conflict);
    await opened.close();
  });
});
