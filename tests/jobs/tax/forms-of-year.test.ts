import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Services } from '../../../jobs/job.ts';
import { recordProfile } from '../../../jobs/tax/record-profile.ts';
import { readDocument } from '../../../jobs/tax/sealed-documents.ts';
import type { FiledForm } from '../../../reports/tax/filed.ts';
import type { Return1099 } from '../../../reports/tax/us-1099-misc.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { PROFILES } from '../../ingest/tax/profiles.ts';
import { EXAMPLE } from '../../reports/tax/example.ts';
import { type Month, writeLedger } from '../../reports/tax/ledger-year.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { fileAsFinn, openTaxStore } from './tax-store.ts';

const [base, folder] = [await openTaxStore(), await temporaryFolder()];
let services: Services & { readonly taxFile: string };

const MONTHS: readonly Month[] = [
  { period: '2026-01', creator_id: 'cr_ada', currency: 'USD', earned: 5_000n },
  { period: '2026-02', creator_id: 'cr_ben', currency: 'EUR', earned: 12_300n },
];

beforeEach(async () => {
  await base.restart();
  services = { ...base.services, taxFile: join(folder.path, 'tax.json') };
  await writeLedger(services.warehouse, MONTHS, ['2026-11']);
  await writeFile(services.taxFile, JSON.stringify(EXAMPLE));
  await record('cr_ada', PROFILES.w9);
});
afterAll(async () => {
  await base[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const record = (creatorId: string, profile: object) => recordProfile(services, { creatorId, profile, by: 'finn' });

const file = () => fileAsFinn(services, { year: '2026', form: 'us_1099_misc' });
const documents = () => services.operational.selectFrom('documents').selectAll().orderBy('entry').execute();
const bytesOf = async (id: string): Promise<Buffer> => {
  const row = (await documents()).find(({ document_id }) => document_id === id);
  return Buffer.from(await readDocument(services, requirePresent(row, `${id} is issued.`)));
};

describe('the form of a year', () => {
  const at = (time: string) => {
    services = { ...services, clock: { now: () => Date.parse(time) } };
  };
  const reportedNow = async (): Promise<Record<string, string>> => {
    const [row] = (await documents()).filter(({ format }) => format === 'json').slice(-1);
    const filed = JSON.parse((await bytesOf(row?.document_id ?? '')).toString()) as FiledForm<Return1099>;
    return Object.fromEntries(
      filed.records.map((each) => [each.creator_id, each.is_withdrawn ? '' : each.content.name]),
    );
  };
  const accept = (creator: string) => fileAsFinn(services, { year: '2026', form: 'us_1099_misc', accepted: [creator] });
  const { name } = PROFILES.w9;

  test('is the one in force when the year ended, corrected until it is filed', async () => {
    at('2027-01-10T09:00:00Z');
    await record('cr_ada', { ...PROFILES.w9, name: 'Ada Right' });
    await record('cr_ada', PROFILES.w8ben);
    await record('cr_ben', PROFILES.w9);
    expect(await file()).toMatchObject({ new_count: 2, not_used: ['cr_ada'] });
    expect(await reportedNow()).toEqual({ cr_ada: 'Ada Right', cr_ben: name });
  });

  test('is not changed by what is given after the year and the filing, unless that is accepted', async () => {
    await file();
    at('2027-06-01T09:00:00Z');
    await record('cr_ada', { ...PROFILES.w9, name: 'Ada Married' });
    await record('cr_ben', PROFILES.w9);
    expect(await file()).toMatchObject({ new_count: 1, corrected_count: 0, withdrawn_count: 0, not_used: ['cr_ada'] });
    await record('cr_ben', PROFILES.w8ben);
    expect(await file()).toMatchObject({ is_new: false, not_used: ['cr_ada', 'cr_ben'] });
    expect(await accept('cr_ada')).toMatchObject({ withdrawn_count: 1, new_count: 1, not_used: ['cr_ben'] });
    expect(await accept('cr_ben')).toMatchObject({ withdrawn_count: 1, new_count: 0, not_used: [] });
    // What was accepted stays so.
    expect(await file()).toMatchObject({ is_new: false, not_used: [] });
    expect(await reportedNow()).toEqual({ cr_ada: 'Ada Married', cr_ben: '' });
    await expect(accept('cr_cleo')).rejects.toThrow(/^Nothing can be accepted of cr_cleo for .*no profile for it/);
  });

  test('is a later one for who had none that is complete, and none once what was filed is erased', async () => {
    const { tin: _, ...unnumbered } = PROFILES.w9 as { tin?: unknown };
    await record('cr_ben', { ...unnumbered, is_tin_applied_for: true });
    at('2027-01-10T09:00:00Z');
    await record('cr_ben', PROFILES.w9);
    expect(await file()).toMatchObject({ new_count: 2, not_used: [] });
    await services.operational.deleteFrom('tax_data_keys').where('creator_id', '=', 'cr_ben').execute();
    await record('cr_ben', PROFILES.w8ben);
    await expect(file()).rejects.toThrow(/cr_ben: was filed, but is left out now/);
  });
});

test('who was filed stays on file while its form is missing', async () => {
  await record('cr_ben', PROFILES.w9);
  await file();
  await record('cr_ben', PROFILES.w8ben);
  // A documented reason: the return is corrected to zero.
  expect(await file()).toMatchObject({ withdrawn_count: 1, copy_count: 1 });
  const before = await documents();
  await services.operational.deleteFrom('tax_data_keys').where('creator_id', '=', 'cr_ada').execute();
  await expect(file()).rejects.toThrow(/nothing was:\n {2}cr_ada: was filed, but is left out now/);
  expect(await documents()).toEqual(before);
});

test('nothing is filed after a filing that was deleted, whose records are missing', async () => {
  await file();
  const before = await documents();
  const row = requirePresent(
    before.find(({ format }) => format === 'json'),
    'It has records.',
  );
  const { document_id: record_id, kind, period, hash } = row;
  const of = { reason: 'kept for 10 years', deleted_by: 'schedule', deleted_at: '2038-01-01T03:45:00.000Z' };
  await services.operational
    .insertInto('record_deletions')
    .values({ record_kind: 'document', record_id, kind, period, hash, ...of })
    .execute();
  await expect(file()).rejects.toThrow(`${record_id} was deleted at 2038-01-01T03:45:00.000Z, once its term was over;`);
  expect(await documents()).toEqual(before);
});
