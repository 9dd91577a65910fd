import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SOURCE_TABLES } from '../../../ingest/load/source-tables.ts';
import { deploy } from '../../../transforms/engine/deploy.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { loadedIn, PRINTING_FILES } from '../boot/loaded-files.ts';
import { ended, started } from '../boot/program.ts';
import { SETTINGS } from './command-line.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tantieme-lazy-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function loadedBy(...args: string[]) {
  const { code, err } = await ended(started('cli', { args, folder, settings: { ...SETTINGS, ...PRINTING_FILES } }));
  return { code, ...loadedIn(err) };
}

test('help loads the table of commands and no package', async () => {
  const { code, files, packages } = await loadedBy('help');
  expect({ code, packages }).toEqual({ code: 0, packages: [] });
  expect(files).toContain('api/commands/commands.ts');
  const others = files.filter(
    (path) =>
      !/^api\/cli\.ts$|^api\/commands\/|^api\/boot\/(environment|private-folder)\.ts$|^warehouse\/[\w-]+\.ts$|^api\/http\/exact-json\.ts$/.test(
        path,
      ),
  );
  expect(others).toEqual([]);
});

test('a query loads the engine of the warehouse, the layout of tables, and no other package', async () => {
  const warehouse = await openDuckDb({ path: join(folder, 'data', 'warehouse.duckdb') });
  await deploy(warehouse, SOURCE_TABLES);
  await warehouse.close();
  const { code, files, packages } = await loadedBy('query', 'select 1 as one');
  expect(code).toBe(0);
  expect(packages.filter((name) => !name.startsWith('@duckdb/')).sort()).toEqual([
    'ansi-regex',
    'cli-table3',
    'detect-libc',
    'emoji-regex',
    'is-fullwidth-code-point',
    'string-width',
    'strip-ansi',
  ]);
  expect(files.filter((path) => /^(jobs|reports)\/|^api\/http\/app|^ingest\/(spool|outbox)\//.test(path))).toEqual([]);
});
