import { chmod } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { sharedFolderWarning } from '../../../api/boot/private-folder.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';

test.skipIf(process.platform === 'win32').each([
  [0o700, undefined],
  [0o500, undefined],
  [0o701, 'mode is 701'],
  [0o750, 'mode is 750'],
  [0o755, 'mode is 755'],
])('a folder of the mode %o', async (mode, expected) => {
  await using folder = await temporaryFolder();
  await chmod(folder.path, mode);
  const warning = await sharedFolderWarning(folder.path);
  await chmod(folder.path, 0o700);
  if (expected === undefined) expect(warning).toBeUndefined();
  else expect(warning).toContain(expected);
});
