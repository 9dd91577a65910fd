import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { addTaxKey } from '../../../jobs/tax/key-file.ts';
import { type KeyPlace, openTaxKeys, parseKeyPlaces } from '../../../jobs/tax/key-places.ts';
import { newKey } from '../../../jobs/tax/sealed-value.ts';
import { InvariantBroken, Unavailable } from '../../../warehouse/errors.ts';
import { type LocalKms, startKms } from '../../support/kms/local-kms.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';

const ARN = 'arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-1111-2222-3333-444455556666';
const OTHER = 'arn:aws:kms:eu-central-1:111122223333:key/ffffffff-1111-2222-3333-444455556666';

let kms: LocalKms;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  kms = await startKms([ARN, OTHER]);
  folder = await temporaryFolder();
});
afterAll(() => Promise.all([kms[Symbol.asyncDispose](), folder[Symbol.asyncDispose]()]));

const at = (arn: string): KeyPlace => ({
  ...{ kind: 'kms', arn, endpoint: kms.url, attempts: 1 },
  credentials: { accessKeyId: 'AKIA0', secretAccessKey: 'secret' },
});

test('a key in KMS wraps and unwraps within the service, bound to the context', async () => {
  const keys = openTaxKeys([at(ARN)]);
  const dataKey = newKey();
  const wrapped = await keys.wrap(dataKey, 'cr_ada');
  expect([wrapped.masterKeyId, await keys.currentKeyId()]).toEqual([ARN, ARN]);
  expect(wrapped.wrappedKey).not.toContain(dataKey.toString('base64'));
  expect(await keys.unwrap(wrapped, 'cr_ada')).toEqual(dataKey);
  expect(kms.contexts).toEqual(Array(2).fill('{"tantieme:creator-and-key":"cr_ada"}'));
  await expect(keys.unwrap(wrapped, 'cr_ben')).rejects.toThrow(InvariantBroken);
  const changed = { ...wrapped, wrappedKey: `A${wrapped.wrappedKey.slice(1)}` };
  await expect(keys.unwrap(changed, 'cr_ada')).rejects.toThrow(
    /was changed, copied from another creator or wrapped by/,
  );
});

test('what one place has wrapped is still unwrapped while another one is the first', async () => {
  const path = join(folder.path, 'keys.json');
  await addTaxKey(path);
  const file: KeyPlace = { kind: 'file', path };
  const dataKey = newKey();
  const byFile = await openTaxKeys([file]).wrap(dataKey, 'cr_ada');
  const byOther = await openTaxKeys([at(OTHER)]).wrap(dataKey, 'cr_ada');
  const moving = openTaxKeys([at(ARN), at(OTHER), file]);
  expect(await moving.currentKeyId()).toBe(ARN);
  expect(await moving.unwrap(byFile, 'cr_ada')).toEqual(dataKey);
  expect(await moving.unwrap(byOther, 'cr_ada')).toEqual(dataKey);
  await expect(openTaxKeys([at(ARN)]).unwrap(byFile, 'cr_ada')).rejects.toThrow(
    /^Tax profiles that were sealed under the key tk_\w+ cannot be opened: TANTIEME_TAX_KEYS does not name its place/,
  );
});

test('a refusal says what to do, and that nothing is known of a silent service', async () => {
  const keys = openTaxKeys([at(ARN)]);
  const refused = async (fault: Parameters<LocalKms['fault']>[0], sentence: RegExp) => {
    kms.fault(fault);
    const wrapping = keys.wrap(newKey(), 'cr_ada');
    await expect(wrapping).rejects.toThrow(Unavailable);
    await expect(wrapping).rejects.toThrow(sentence);
  };
  await refused('disabled', /DisabledException: refused; enable the key at AWS\.$/);
  await refused('denied', /allow kms:Encrypt and kms:Decrypt to the credentials of this machine\.$/);
  await refused('unavailable', /KMSInternalException: refused; try again\.$/);
  kms.fault();
  const absent = openTaxKeys([at(ARN.replace('0a1b', '9999'))]).wrap(newKey(), 'cr_ada');
  await expect(absent).rejects.toThrow(/NotFoundException: refused; set TANTIEME_TAX_KEYS to a key that exists\.$/);
});

test('a client that could not be loaded is loaded at the next use', async () => {
  const keys = openTaxKeys([at(ARN)]);
  vi.doMock('@aws-sdk/client-kms', () => {
    throw new Error('Too many open files.');
  });
  await expect(keys.wrap(newKey(), 'cr_ada')).rejects.toThrow();
  vi.doUnmock('@aws-sdk/client-kms');
  expect(await keys.wrap(newKey(), 'cr_ada')).toMatchObject({ masterKeyId: ARN });
});

test('the setting is a list of places; an alias, a second file and another scheme are refused', () => {
  expect(parseKeyPlaces(`aws-kms:${ARN}, file:/keys.json`)).toEqual([
    { kind: 'kms', arn: ARN },
    { kind: 'file', path: '/keys.json' },
  ]);
  for (const text of [`aws-kms:${ARN.replace('key/', 'alias/')}`, 'gcp:x', 'file:', ''])
    expect(() => parseKeyPlaces(text)).toThrow(/is no place of keys; write file:PATH, or aws-kms:/);
  expect(() => parseKeyPlaces('file:a,file:b')).toThrow('name one file of keys only');
});
