import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishControl } from '../../../api/boot/running-server.ts';
import { type Server, startServer } from '../../../api/boot/server.ts';
import { PROFILES } from '../../ingest/tax/profiles.ts';
import { EXAMPLE } from '../../reports/tax/example.ts';
import { writeLedger } from '../../reports/tax/ledger-year.ts';
import { sharedStores } from '../shared-stores.ts';
import { fillMarts, folderAndConfig, NOW } from '../test-api.ts';
import { runHere, SETTINGS } from './command-line.ts';

const IRELAND = {
  payer: { ...EXAMPLE.payer, name: 'Example Ireland Ltd.', address: { ...EXAMPLE.payer.address, country: 'IE' } },
  year_basis: 'credited',
};

let folder: string;
let server: Server;
let stores: Awaited<ReturnType<typeof sharedStores>>;
let closeControl: () => Promise<void>;
const keyFile = (): string => join(folder, 'keys.json');
beforeAll(async () => {
  const made = await folderAndConfig({}, { hasStore: false });
  folder = made.folder;
  const tax = {
    taxFile: join(folder, 'tax.json'),
    taxKeyPlaces: [{ kind: 'file' as const, path: keyFile() }],
    taxRetentionYears: 4,
    taxOpenedBy: 'two_people' as const,
  };
  stores = await sharedStores();
  server = await startServer({ ...made.config, ...tax }, { clock: { now: () => NOW }, stores });
  closeControl = await publishControl(folder, { url: server.url, key: server.ownKey });
  await fillMarts(server.services);
});
afterAll(async () => {
  await closeControl();
  await server.stop();
  await stores[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const run = (args: string[], input = '') =>
  runHere(
    ['tax', ...args],
    () => ({ ...SETTINGS, TANTIEME_DATA_DIR: folder, TANTIEME_TAX_KEYS: `file:${keyFile()}` }),
    input,
  );
const profile = (...args: string[]) => run(['profile', ...args]);

test('a profile is stored, shown, listed, revealed and erased at the command line, under a key that is rotated', async () => {
  const file = join(folder, 'w8ben.json');
  await writeFile(file, JSON.stringify(PROFILES.w8ben));
  const early = await profile('set', 'cr_ada', '--file', file, '--by', 'Finn');
  expect([early.code, early.err]).toEqual([
    1,
    expect.stringMatching(/^There is no key file .+; create it with "tantieme tax keys create"/),
  ]);
  expect((await run(['keys', 'create'])).out).toContain('Back the file up');

  const set = await profile('set', 'cr_ada', '--file', file, '--by', 'Finn', '--json');
  expect(JSON.parse(set.out)).toMatchObject({
    form: 'w8ben',
    version: 1,
    valid_until_on: '2029-12-31',
    recorded_by: 'Finn',
  });
  const piped = await run(['profile', 'set', 'cr_ben', '--file', '-'], JSON.stringify(PROFILES.vat));
  expect([piped.code, piped.out]).toEqual([0, expect.stringMatching(/form +vat/)]);
  const shown = await profile('show', 'cr_ada');
  expect(shown.out).toMatch(/valid until on +2029-12-31/);
  expect(shown.out).toMatch(/foreign tin:\ncountry +DE\nvalue +XXXXXXX1809/);
  expect(shown.out).not.toContain('36574261809');
  expect((await profile('list', '--expiring', '3650')).out).toMatch(/cr_ada +w8ben +us +1 +valid/);
  expect((await profile('list', '--missing')).out).toMatch(/creator id\ncr_ben\n/);

  expect((await run(['keys', 'create'])).out).toMatch(/Next: tantieme tax keys rotate/);
  expect((await run(['keys', 'rotate', '--by', 'Finn'])).out).toMatch(/rotated +2\n/);
  const revealed = await profile('show', 'cr_ada', '--reveal', '--because', 'A letter.', '--by', 'Finn', '--json');
  expect(JSON.parse(revealed.out).profiles[0].profile).toEqual(PROFILES.w8ben);
  expect((await profile('backup-withholding', 'cr_ada', 'on', '--because', 'CP2100A')).code).toBe(0);
  const history = (await profile('history', 'cr_ada')).out;
  expect(history).toMatch(/birth_on, foreign_tin\.value, profile +shown +A letter\. +Finn/);

  expect((await profile('erase', 'cr_ada', '--because', 'Has left.')).out).toMatch(/are kept in full until 2030-12-31/);
});

test('the settings of tax withheld are set and shown', async () => {
  expect((await run(['settings', 'show'])).out).toContain('No tax is withheld of anybody.');
  const choices = ['--from', '2027-01-01', '--payer-country', 'US', '--without-form', 'as-foreign', '--by', 'Finn'];
  const set = await run(['settings', 'set', ...choices, '--json']);
  expect(JSON.parse(set.out)).toMatchObject({
    ...{ valid_from_on: '2027-01-01', payer_country: 'US' },
    ...{ undocumented_treatment: 'as_foreign', decided_by: 'Finn' },
  });
  const refused = await run(['settings', 'set', ...choices.with(3, 'FR')]);
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('a payer in FR, only for DE, GB, US')]);
});

test('a tax year is looked at, and a form of it is written as files that only their owner may read, or not at all', async () => {
  const out = join(folder, 'tax-2026');
  const undecided = await run(['status', '2026']);
  expect([undecided.code, undecided.err]).toEqual([1, expect.stringContaining('correct TANTIEME_TAX_FILE')]);
  await writeFile(join(folder, 'tax.json'), JSON.stringify(EXAMPLE));
  const month = { period: '2026-10', creator_id: 'cr_zoe', currency: 'USD', earned: 4_200n };
  await writeLedger(server.services.warehouse, [month], ['2026-11']);
  const status = await run(['status', '2026', '--json']);
  expect(JSON.parse(status.out).forms[0]).toMatchObject({
    to_be_resolved: [{ creator_id: 'cr_zoe', reason: 'missing_profile' }],
  });
  expect((await run(['status', '2026'])).out).toMatch(/us_1099_misc/);
  const open = await run(['export', '2027', '--form', 'generic', '--out', out]);
  expect([open.code, open.err]).toEqual([1, expect.stringContaining('2027-11 is open')]);
  expect((await readdir(folder)).includes('tax-2026')).toBe(false);
  const exported = await run(['export', '2026', '--form', 'us_1099_misc', '--out', out, '--json']);
  expect([exported.code, JSON.parse(exported.out)]).toMatchObject([0, { form: 'us_1099_misc' }]);
  expect((await readdir(out)).sort()).toEqual(['tax-2026-us-1099-misc.json', 'tax-2026-us-1099-misc.txt']);
  expect((await stat(join(out, 'tax-2026-us-1099-misc.txt'))).mode & 0o777).toBe(0o600);
  expect(JSON.parse(exported.out).note).toContain('nothing is recorded as filed');
});

test('a form is filed, once', async () => {
  const out = join(folder, 'filed-2026');
  const run2026 = (...args: string[]) => run(['file', '2026', '--form', 'generic', '--by', 'Finn', '--json', ...args]);
  const filed = JSON.parse((await run2026('--out', out)).out);
  expect(filed).toMatchObject({ filing_number: 1, is_new: true, new_count: 1, document_id: 'tax_year-2026-1-zip' });
  expect((await readdir(out)).sort()).toEqual([...['tax-2026-generic.json', 'tax-2026-generic.txt', 'tax-2026.xlsx']]);
  expect((await stat(join(out, 'tax-2026.xlsx'))).mode & 0o777).toBe(0o600);
  expect(JSON.parse((await run2026()).out)).toMatchObject({ filing_number: 1, is_new: false });
  const accepted = await run2026('--accept', 'cr_zoe', '--accept', 'cr_ada');
  expect([accepted.code, accepted.err]).toEqual([2, expect.stringContaining('accepted of cr_zoe, cr_ada for')]);
  const rows = await server.services.operational.selectFrom('documents').selectAll().orderBy('entry').execute();
  expect(rows.map(({ document_id, issued_by }) => [document_id, issued_by])).toEqual([
    ['tax_year-2026-1-zip', 'Finn'],
    ['tax_year-2026-1-json', 'Finn'],
  ]);
  const logged = await server.services.operational.selectFrom('tax_openings').selectAll().orderBy('entry').execute();
  expect(logged.at(-1)).toMatchObject({ creator_id: 'platform', fields: 'tax_year-2026-1-zip', purpose: 'exported' });
});

test('one person requests to open the numbers of a year, and another one releases it', async () => {
  const requested = await run(['open', '2026', '--form', 'dac7', '--because', 'To file it.', '--by', 'Finn', '--json']);
  const { opening_id } = JSON.parse(requested.out);
  const own = await run(['release', opening_id, '--by', 'finn']);
  expect([own.code, own.err]).toEqual([2, expect.stringContaining('let somebody else release it')]);
  const released = JSON.parse((await run(['release', opening_id, '--by', 'Ada', '--json'])).out);
  expect(released).toMatchObject({ state: 'released', released_by: 'Ada' });
  expect(JSON.parse((await run(['openings', '--json'])).out).openings).toEqual([released]);
});

test('whoever requested an opening exports and files by it, under the same name', async () => {
  const file = join(folder, 'w9.json');
  await writeFile(file, JSON.stringify(PROFILES.w9));
  expect((await profile('set', 'cr_ada', '--file', file)).code).toBe(0);
  const month = { period: '2026-09', creator_id: 'cr_ada', currency: 'USD', earned: 90_000n };
  await writeLedger(server.services.warehouse, [month], []);
  const form = ['2026', '--form', 'us_1099_misc'];
  const requested = await run(['open', ...form, '--because', 'To file it.', '--by', 'Finn', '--json']);
  expect((await run(['release', JSON.parse(requested.out).opening_id, '--by', 'Ada'])).code).toBe(0);
  const out = join(folder, 'opened');
  const other = await run(['export', ...form, '--out', out, '--by', 'Ada']);
  expect([other.code, other.err]).toEqual([1, expect.stringContaining('Ada cannot open the numbers')]);
  expect(await run(['export', ...form, '--out', out, '--by', 'Finn'])).toMatchObject({ code: 0, err: '' });
  const filed = await run(['file', ...form, '--out', join(folder, 'filed'), '--by', 'Finn', '--json']);
  // What it reports of its progress depends on how fast it is.
  expect([filed.code, JSON.parse(filed.out)]).toMatchObject([0, { filing_number: 1, new_count: 1 }]);
  expect(await readdir(join(folder, 'filed', 'recipients'))).toEqual(['tax-2026-us-1099-misc-1-cr_ada.pdf']);
  const path = join(folder, 'again.zip');
  const again = ['documents', 'get', 'tax_1099_misc-2026-1-zip', '--out', path, '--by', 'Finn'];
  expect(await runHere(again, () => ({ ...SETTINGS, TANTIEME_DATA_DIR: folder }))).toMatchObject({ code: 0 });
});

test('a file that is no profile is refused without showing it', async () => {
  for (const input of ['536-90-4399', '{"tin": 536-90-4399}', '[]', '']) {
    const refused = await run(['profile', 'set', 'cr_ada', '--file', '-'], input);
    expect([refused.code, refused.err]).toEqual([2, '- has no tax profile in it: it must be one JSON object.\n']);
  }
});

test('whoever gives creators another payer is told by whose law tax is withheld, and from which account they are paid', async () => {
  await writeFile(join(folder, 'tax.json'), JSON.stringify({ ...EXAMPLE, other_payers: { ireland: IRELAND } }));
  const assigned = await run(['payers', 'assign', 'ireland', 'cr_ada', '--from', '2040', '--by', 'Finn']);
  expect([assigned.code, assigned.out]).toEqual([
    0,
    expect.stringMatching(/else not at all\..*Stripe from the one account of the platform.*cr_ada +ireland +IE/s),
  ]);
});
