import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeCoarseFigures } from '../../../jobs/publish-marts/write-coarse-figures.ts';
import { openClosedJanuary } from '../../transforms/closed-january.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';

test('the figures of a closed period are written once, and are the same again where they were lost', async () => {
  await using folder = await temporaryFolder();
  const warehouse = await openClosedJanuary();
  const path = join(folder.path, 'public', '2026-01.json');
  expect(await writeCoarseFigures(warehouse, { folder: folder.path })).toEqual(['2026-01']);
  const first = await readFile(path, 'utf8');
  // The month has too few creators for any sum.
  expect(JSON.parse(first)).toMatchObject({
    ...{ period: '2026-01', seal: expect.stringMatching(/^[0-9a-f]{64}$/), royalties: [] },
    suppressed: [],
  });
  expect(await writeCoarseFigures(warehouse, { folder: folder.path })).toEqual([]);
  await rm(path);
  expect(await writeCoarseFigures(warehouse, { folder: folder.path })).toEqual(['2026-01']);
  expect([await readFile(path, 'utf8'), await readdir(join(folder.path, 'public'))]).toEqual([first, ['2026-01.json']]);
  await warehouse.close();
});
