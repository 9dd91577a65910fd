import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTaxKey, readTaxKeys } from '../../../jobs/tax/key-file.ts';
import { newKey } from '../../../jobs/tax/sealed-value.ts';
import { Conflict, InvariantBroken, Unavailable } from '../../../warehouse/errors.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

test('a key is created for its owner only; the newest one wraps, and older ones still unwrap', async () => {
  const path = join(folder.path, 'keys.json');
  const [first] = await addTaxKey(path);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const keys = readTaxKeys(path);
  const dataKey = newKey();
  const wrapped = await keys.wrap(dataKey, 'cr_ada');
  expect(wrapped.masterKeyId).toBe(first);
  expect(wrapped.wrappedKey).not.toContain(dataKey.toString('base64'));
  const [second, old] = await addTaxKey(path);
  expect([old, await keys.currentKeyId()]).toEqual([first, second]);
  expect(await keys.unwrap(wrapped, 'cr_ada')).toEqual(dataKey);
  await expect(keys.unwrap(wrapped, 'cr_ben')).rejects.toThrow(InvariantBroken);
  const missing = { ...wrapped, masterKeyId: 'tk_other' };
  await expect(keys.unwrap(missing, 'cr_ada')).rejects.toThrow(
    /key tk_other cannot be opened: it is not in .+; put it back/,
  );
});

test('a file that others may open, a damaged one and a missing one are refused with what to do', async () => {
  const path = join(folder.path, 'open.json');
  await addTaxKey(path);
  await chmod(path, 0o640);
  const refused = readTaxKeys(path).currentKeyId();
  await expect(refused).rejects.toThrow(Unavailable);
  await expect(refused).rejects.toThrow(/its mode is 640; run: chmod 600/);
  await expect(addTaxKey(path)).rejects.toThrow(/its mode is 640/);
  const damaged = join(folder.path, 'damaged.json');
  for (const text of ['{"keys":[]}', '{"keys":[{"id":"tk_1","key":"c2hvcnQ="}]}', 'null', '{']) {
    await writeFile(damaged, text, { mode: 0o600 });
    await expect(readTaxKeys(damaged).currentKeyId()).rejects.toThrow(Conflict);
    await expect(addTaxKey(damaged)).rejects.toThrow(Conflict);
    expect(await readFile(damaged, 'utf8')).toBe(text);
  }
  const missing = readTaxKeys(join(folder.path, 'none.json')).currentKeyId();
  await expect(missing).rejects.toThrow(/There is no key file .+; create it with "tantieme tax keys create"/);
});
