import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { isSealingDue, openBillingProfile, recordBillingProfile } from '../../../jobs/invoices/billing-profiles.ts';
import type { Job, Services } from '../../../jobs/job.ts';
import { openBankAccount, setBankAccount, showBankAccount } from '../../../jobs/payout-accounts/bank-accounts.ts';
import { placeHold, releaseHold } from '../../../jobs/retention/record-holds.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { eraseProfiles, eraseTaxProfiles } from '../../../jobs/tax/erase-profiles.ts';
import { addTaxKey } from '../../../jobs/tax/key-file.ts';
import { recordProfile } from '../../../jobs/tax/record-profile.ts';
import { rotateTaxKeys } from '../../../jobs/tax/rotate-keys.ts';
import { requireHistory, showProfiles } from '../../../jobs/tax/tax-profiles.ts';
import { Conflict } from '../../../warehouse/errors.ts';
import { PROFILES } from '../../ingest/tax/profiles.ts';
import { EXAMPLE as INVOICES } from '../../reports/invoice/example.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { ACCOUNTS, BANK_SETTINGS } from '../payouts/rails/bank/bank-months.ts';
import { everythingStored, openTaxStore, oweIn } from './tax-store.ts';

const [base, folder] = [await openTaxStore(), await temporaryFolder()];
let services: Services;
beforeEach(async () => {
  await base.restart();
  services = base.services;
});
afterAll(async () => {
  await base[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const record = (creatorId: string, profile: object) => recordProfile(services, { creatorId, profile, by: 'finn' });
const shown = (creatorId: string) =>
  showProfiles(services, { creatorId, isRevealed: false, opening: { purpose: 'shown', because: null, by: 'finn' } });
const READING = { purpose: 'shown', because: null, by: 'finn' } as const;
const run = (job: Job) => runJob(services, { job, startedBy: 'finn' });

describe('an erasure', () => {
  const erase = (creatorId: string) =>
    eraseProfiles(services, { creatorId, because: 'The creator has left.', by: 'finn' });

  test('takes away names, addresses and numbers at once where there was nothing to report', async () => {
    await record('cr_ben', PROFILES.w8ben);
    const erasure = await erase('cr_ben');
    expect(erasure).toMatchObject({ is_erased: true, kept_until_on: null });
    expect(erasure.sentence).toMatch(
      /^Of cr_ben, erased for good: tax profiles and copies of filed forms. No document .* Besides, there remains which forms there were/,
    );
    await expect(shown('cr_ben')).rejects.toThrow(Conflict);
    const { versions, erasures } = await requireHistory(services, 'cr_ben');
    expect(versions).toMatchObject([{ form: 'w8ben', is_erased: true, facts: { tax_country: 'DE' } }]);
    expect(erasures.map(({ step }) => step)).toEqual(['requested', 'erased']);
    await expect(erase('cr_ben')).rejects.toThrow(
      'cr_ben has no tax profile, bank account or billing profile that could be erased.',
    );
    const last = await services.operational
      .selectFrom('outbox')
      .select('properties')
      .orderBy('entry', 'desc')
      .executeTakeFirst();
    expect(last?.properties).toEqual({
      creator_id: 'cr_ben',
      tax_form: 'none',
      has_tin: false,
      backup_withholding: false,
    });
    expect(await record('cr_ben', PROFILES.w8ben)).toMatchObject({ version: 2, supersedes: null });
    expect((await shown('cr_ben')).profiles).toHaveLength(1);
  });

  test('waits while the law requires the forms, without what is given later, and is done when that is over', async () => {
    await record('cr_ada', PROFILES.w9);
    await record('cr_ben', PROFILES.w9);
    await oweIn('2026-01', services, 'cr_ada');
    expect(await erase('cr_ada')).toMatchObject({
      is_erased: false,
      kept_until_on: '2030-12-31',
      sentence: expect.stringMatching(
        /^The tax profiles, bank account and billing profile of cr_ada are kept in full until 2030-12-31, because the law requires/,
      ),
    });
    expect((await shown('cr_ada')).profiles).toHaveLength(1);
    expect(await run(eraseTaxProfiles)).toEqual({ erased: 0, kept: 1 });
    base.setTime('2030-12-31T23:59:59Z');
    expect(await run(eraseTaxProfiles)).toEqual({ erased: 0, kept: 1 });
    await record('cr_ada', PROFILES.vat);
    base.setTime('2031-01-01T00:00:00Z');
    expect(await run(eraseTaxProfiles)).toEqual({ erased: 1, kept: 0 });
    expect((await shown('cr_ada')).profiles.map(({ form }) => form)).toEqual(['vat']);
    expect((await shown('cr_ben')).profiles.map(({ form }) => form)).toEqual(['w9']);
    expect(await run(eraseTaxProfiles)).toEqual({ erased: 0, kept: 0 });
  });

  test('waits while a legal hold keeps tax forms of the creator', async () => {
    await record('cr_ben', PROFILES.w8ben);
    const hold = (what: { kind?: string; subject: string }) =>
      placeHold(services, { ...what, because: 'A suit.', by: 'finn' });
    await hold({ subject: 'cr_ada' });
    await hold({ kind: 'statement', subject: 'cr_ben' });
    const { hold_id } = await hold({ kind: 'tax_1042_s', subject: 'cr_ben' });
    expect(await erase('cr_ben')).toMatchObject({
      ...{ is_erased: false, kept_until_on: null, erased: [] },
      sentence: expect.stringContaining(`while the legal hold ${hold_id} keeps them`),
    });
    expect(await run(eraseTaxProfiles)).toEqual({ erased: 0, kept: 1 });
    expect((await shown('cr_ben')).profiles).toHaveLength(1);
    await releaseHold(services, { holdId: hold_id, because: 'It is over.', by: 'finn' });
    expect(await run(eraseTaxProfiles)).toEqual({ erased: 1, kept: 0 });
  });

  test('keeps what was earned in December a year longer, because it is credited in the next year', async () => {
    await record('cr_ada', PROFILES.w9);
    await oweIn('2026-12', services, 'cr_ada');
    expect(await erase('cr_ada')).toMatchObject({ is_erased: false, kept_until_on: '2031-12-31' });
  });

  test('reaches the bank account and the billing profile too, and names the documents that the law requires', async () => {
    const bankFile = join(folder.path, 'bank.json');
    await writeFile(bankFile, JSON.stringify(BANK_SETTINGS));
    services = { ...services, bankFile };
    const account = { creatorId: 'cr_ben', account: ACCOUNTS.cr_bea, by: 'finn' };
    const setProfile = (name: string) =>
      recordBillingProfile(
        services,
        { party_kind: 'creator', party_id: 'cr_ben', business: { ...INVOICES.issuer, name } },
        'finn',
      );
    const { bank_account_id } = await setBankAccount(services, account);
    await setProfile('Studio Ben Unforgotten');
    // Only the sealed columns have it.
    expect(await everythingStored(services)).not.toContain('Unforgotten');
    const drawn_at = '2025-03-03T09:00:00.000Z';
    await services.operational
      .insertInto('invoices')
      .values({
        ...{
          invoice_id: 'inv_1',
          document_kind: 'self_billed_invoice',
          supplier: 'cr_ben',
          sequence: 1,
          number: 'SB-1',
        },
        ...{ issued_on: '2025-03-03', subject: 'cr_ben', period: '2025-02', currency: 'EUR', content: '{}', drawn_at },
      })
      .execute();
    const erasure = await erase('cr_ben');
    expect(erasure).toMatchObject({
      ...{ is_erased: true, erased: ['bank account', 'billing profile'] },
      kept: [{ what: 'invoices', count: 1, may_go_from_on: '2030-01-01' }],
      sentence: expect.stringContaining('1 invoices, which may go from 2030-01-01'),
    });
    await expect(openBankAccount(services, bank_account_id)).rejects.toThrow('was erased; record it anew');
    expect(await showBankAccount(services, 'cr_ben')).toMatchObject({
      masked: 'erased',
      stopped_because: expect.any(String),
    });
    const of = { party_kind: 'creator', party_id: 'cr_ben' } as const;
    expect(await openBillingProfile(services, of, READING)).toBeUndefined();
    expect(await everythingStored(services)).not.toContain('Unforgotten');
    // A rotation passes it by, and what is given later is not a part of it.
    expect(await run(rotateTaxKeys)).toMatchObject({ rotated: 0 });
    base.setTime('2026-02-03T04:00:00.000Z');
    expect(await setProfile('Studio Ben')).toMatchObject({ version: 2 });
    expect(await setBankAccount(services, account)).toMatchObject({ version: 2 });
    expect(await openBillingProfile(services, of, READING)).toMatchObject({
      version: 2,
      business: { name: 'Studio Ben' },
    });
    // As that of a tax profile, each reading is logged; one that finds nothing is none.
    const { openings } = await requireHistory(services, 'cr_ben');
    expect(openings.filter(({ fields }) => fields.startsWith('billing_profiles'))).toMatchObject([
      { fields: 'billing_profiles/creator/cr_ben/2', purpose: 'shown', opened_by: 'finn' },
    ]);
    for (const change of [{ country: 'AT' }, { master_key_id: 'unsealed', business: '{}' }, { ciphertext: 'x' }]) {
      const changed = services.operational.updateTable('billing_profiles').set(change).execute();
      await expect(changed).rejects.toThrow('Rows of billing_profiles are only added.');
    }
    const masked = services.operational.updateTable('bank_accounts').set({ masked: 'x' }).execute();
    await expect(masked).rejects.toThrow('Rows of bank_accounts are only added.');
  });

  test('reaches a billing profile that an earlier version has stored as it is', async () => {
    await asBefore(services, 'cr_ben', 'Studio Ben Unforgotten');
    expect(await erase('cr_ben')).toMatchObject({ erased: ['billing profile'] });
    expect(await everythingStored(services)).not.toContain('Unforgotten');
  });

  test('needs the number of years', async () => {
    await record('cr_ada', PROFILES.w9);
    services = { ...services, taxRetentionYears: undefined };
    await expect(erase('cr_ada')).rejects.toThrow(/^No tax profile can be erased: set TANTIEME_TAX_RETENTION_YEARS to/);
  });
});

test('a billing profile of an earlier version is sealed by the rotation of keys, and its key is wrapped anew by the next one', async () => {
  await asBefore(services, 'cr_ben', 'Studio Ben Unsealed');
  const of = { party_kind: 'creator', party_id: 'cr_ben' } as const;
  const before = await openBillingProfile(services, of, READING);
  expect(before).toMatchObject({ version: 1, business: { name: 'Studio Ben Unsealed' } });
  expect(await isSealingDue(services)).toBe(true);
  expect(await run(rotateTaxKeys)).toMatchObject({ rotated: 0, sealed: 1 });
  expect(await isSealingDue(services)).toBe(false);
  expect(await everythingStored(services)).not.toContain('Unsealed');
  await addTaxKey(base.path);
  expect(await run(rotateTaxKeys)).toMatchObject({ rotated: 1 });
  expect(await openBillingProfile(services, of, READING)).toEqual(before);
  await expect(openBillingProfile({ ...services, taxKeys: undefined }, of, READING)).rejects.toThrow(
    /^Billing profiles can be neither stored nor opened without a key/,
  );
});

/** As a version stored it that did not seal it. */
async function asBefore({ operational }: Services, party_id: string, name: string): Promise<void> {
  const row = { party_kind: 'creator', party_id, version: 1, country: 'DE', has_vat_id: true, language: 'en' } as const;
  const unsealed = { wrapped_key: '', master_key_id: 'unsealed', nonce: '', ciphertext: '', tag: '' };
  const business = JSON.stringify({ ...INVOICES.issuer, name });
  const recorded = { recorded_by: 'finn', recorded_at: '2026-01-01T00:00:00.000Z' };
  await operational
    .insertInto('billing_profiles')
    .values({ ...row, ...unsealed, ...recorded, business })
    .execute();
}
