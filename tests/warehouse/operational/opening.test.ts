import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { Conflict, Unavailable } from '../../../warehouse/errors.ts';
import { openOperational } from '../../../warehouse/operational/operational.ts';
import { temporaryFolder } from '../folder.ts';
import { copyFreshStore } from './fresh-store.ts';

/** Stores that cannot be opened. */

test('a server that cannot be reached is Unavailable', async () => {
  const unreachable = { kind: 'postgres', url: 'postgres://nobody@127.0.0.1:1/none' } as const;
  await expect(openOperational(unreachable)).rejects.toThrow(Unavailable);
});

test('a path that is not a folder is reported', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'file');
  await writeFile(file, '');
  await expect(openOperational({ kind: 'pglite', folder: join(file, 'store') })).rejects.toThrow(
    /^The control store in .* cannot be opened: .*; correct the folder or its permissions/,
  );
});

test('a damaged folder is reported, with what to do', async () => {
  await using folder = await temporaryFolder();
  const address = { kind: 'pglite', folder: folder.path } as const;
  await copyFreshStore(folder.path);
  await truncate(join(folder.path, 'global/pg_control'), 10);
  const sentence = `The control store in ${folder.path} cannot be opened: it is damaged; restore it from a backup.`;
  const refusal: unknown = await openOperational(address).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Conflict);
  expect(refusal).toMatchObject({ message: sentence, cause: expect.any(Error) });
});

test.each([
  [
    '0001-first-tables',
    /it is from a version whose tables and columns had other names\. Start with an empty data folder/,
  ],
  ['9999-to-come', /a newer version of Tantieme prepared it \(its migration 9999-to-come\); use that version\.$/],
])('a store that another version prepared is refused: %s', async (migration, sentence) => {
  await using folder = await temporaryFolder();
  const address = { kind: 'pglite', folder: folder.path } as const;
  await copyFreshStore(folder.path);
  const db = await openOperational(address);
  await sql`update kysely_migration set name = ${migration} where name = '0001-control-tables'`.execute(db);
  await db.destroy();
  const refusal: unknown = await openOperational(address).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Conflict);
  expect(refusal).toMatchObject({ message: expect.stringMatching(sentence) });
});
