import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../../api/boot/config.ts';
import { contrastOf } from '../../../api/boot/contrast.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

async function brandOf(file: object, more: Readonly<Record<string, string>> = {}) {
  const path = join(folder.path, 'brand.json');
  await writeFile(path, JSON.stringify(file));
  const RUDDERSTACK_WRITE_KEYS = 'marketplace=wk_1,tantieme=wk_2';
  return readConfig({ RUDDERSTACK_WRITE_KEYS, TANTIEME_BRAND_FILE: path, ...more }).brand;
}

test('a brand has the name of the issuer of statements unless it has its own, and publishes what the file says', async () => {
  const issuer = { TANTIEME_ISSUER_NAME: 'Acme Royalties Ltd' };
  expect(await brandOf({ publishes: { terms: true } }, issuer)).toMatchObject({
    name: 'Acme Royalties Ltd',
    publishes: { terms: true, docs: true, status: true, figures: false },
  });
  expect((await brandOf({ name: 'Acme' }, issuer)).name).toBe('Acme');
});

test('a brand file is refused with every fault of it', async () => {
  await expect(brandOf({ color: { light: '#6fd1c4', dark: '#ffffff' } })).rejects.toThrow(
    /color\.light #6fd1c4 has a contrast of 1\.\d+:1 to what it stands on, and needs 4\.5:1; take a darker one\.$/,
  );
  await expect(brandOf({ color: { light: '#0b5c5e', dark: '#0b5c5e' } })).rejects.toThrow(
    /color\.dark #0b5c5e .* take a lighter one/,
  );
  await expect(brandOf({ logo: 'none.png' })).rejects.toThrow(/none\.png cannot be read/);
  const link = { label: { en: 'Imprint' }, url: 'javascript:alert(1)' };
  await expect(brandOf({ links: [link] })).rejects.toThrow(/'de'[\s\S]*links\.0\.url must match pattern/);
});

test('contrast is that of WCAG', () => {
  expect(contrastOf('#000000', '#ffffff')).toBe(21);
  expect(contrastOf('#777777', '#ffffff').toPrecision(3)).toBe('4.48');
  expect(contrastOf('#0b5c5e', '#0b5c5e')).toBe(1);
});
