import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeCoarseFigures } from '../../../jobs/publish-marts/write-coarse-figures.ts';
import { openClosedJanuary } from '../../transforms/closed-january.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';

test('the figures of a closed period are written once, so that their noise is drawn once', async () => {
  await using folder = await temporaryFolder();
  const warehouse = await openClosedJanuary();
  const path = join(folder.path, 'public', '2026-01.json');
  expect(await writeCoarseFigures(warehouse, { folder: folder.path, draw: () => 1 })).toEqual(['2026-01']);
  const first = await readFile(path, 'utf8');
  // The month has too few creators for any sum.
  expect(JSON.parse(first)).toMatchObject({
    ...{ period: '2026-01', seal: expect.stringMatching(/^[0-9a-f]{64}$/), royalties: [] },
    suppressed: expect.arrayContaining([expect.objectContaining({ currency: 'USD', is_in_other: false })]),
  });
  const draws = [0, 0, 0, 1, 1];
  expect(await writeCoarseFigures(warehouse, { folder: folder.path, draw: () => draws.shift() ?? 1 })).toEqual([]);
  expect([await readFile(path, 'utf8'), await readdir(join(folder.path, 'public'))]).toEqual([first, ['2026-01.json']]);
  await warehouse.close();
});
