import { readFile, writeFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { divideProfile } from '../../../ingest/tax/masked-profile.ts';
import type { Job, Services } from '../../../jobs/job.ts';
import { loadEvents } from '../../../jobs/load-events.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { setBackupWithholding } from '../../../jobs/tax/backup-withholding.ts';
import { addTaxKey } from '../../../jobs/tax/key-file.ts';
import { recordProfile } from '../../../jobs/tax/record-profile.ts';
import { rotateTaxKeys } from '../../../jobs/tax/rotate-keys.ts';
import type { TaxKeys } from '../../../jobs/tax/tax-keys.ts';
import { creatorsWithoutForm, listProfiles, requireHistory, showProfiles } from '../../../jobs/tax/tax-profiles.ts';
import { InvariantBroken, Unavailable } from '../../../warehouse/errors.ts';
import { PROFILES } from '../../ingest/tax/profiles.ts';
import { CREATORS, everythingStored, openTaxStore, type TaxStore } from './tax-store.ts';

const TODAY = '2026-02-02T04:00:00.000Z';

let base: TaxStore;
let services: Services;
beforeAll(async () => {
  base = await openTaxStore();
});
afterAll(() => base[Symbol.asyncDispose]());
beforeEach(async () => {
  await base.restart();
  services = base.services;
});

const record = (creatorId: string, profile: object) => recordProfile(services, { creatorId, profile, by: 'finn' });
const shown = (creatorId: string, because: string | null = null) => {
  const opening = { purpose: 'shown', because, by: 'finn' } as const;
  return showProfiles(services, { creatorId, isRevealed: because !== null, opening });
};
const run = (job: Job) => runJob(services, { job, startedBy: 'finn' });
const later = (signed_at: string) => ({ ...PROFILES.w8ben, signature: { ...PROFILES.w8ben.signature, signed_at } });

describe('a recorded profile', () => {
  test('is shown masked, or in full for a reason, and each opening is logged', async () => {
    const first = { form: 'w8ben', version: 1, supersedes: null, valid_until_on: '2029-12-31' };
    expect(await record('cr_ben', PROFILES.w8ben)).toMatchObject(first);
    expect(await record('cr_ben', PROFILES.dac7_person)).toMatchObject({ version: 1, supersedes: null });
    expect(await record('cr_ben', later('2026-02-01T10:00:00Z'))).toMatchObject({ version: 2, supersedes: 'w8ben/1' });
    const masked = await shown('cr_ben');
    expect(masked.profiles.map(({ form, version, profile }) => [form, version, profile])).toEqual([
      ['dac7_person', 1, divideProfile(PROFILES.dac7_person).masked],
      ['w8ben', 2, divideProfile(later('2026-02-01T10:00:00Z')).masked],
    ]);
    const full = await shown('cr_ben', 'A letter.');
    expect(full.profiles.map(({ profile }) => profile)).toEqual([PROFILES.dac7_person, later('2026-02-01T10:00:00Z')]);
    await expect(shown('cr_ben', ' ')).rejects.toThrow(/shown only for a reason/);
    expect((await requireHistory(services, 'cr_ben')).openings).toEqual([
      opening('dac7_person', 1, 'profile', null),
      opening('w8ben', 2, 'profile', null),
      opening('dac7_person', 1, 'birth_on, financial_account.identifier, profile, tins.0.value, vat_id', 'A letter.'),
      opening('w8ben', 2, 'birth_on, foreign_tin.value, profile', 'A letter.'),
    ]);
  });

  const opening = (form: string, version: number, fields: string, because: string | null) => ({
    ...{ form, version, fields, because },
    ...{ purpose: 'shown', opened_by: 'finn', opened_at: TODAY },
  });

  test('leaves no name and no number in plain text: not in the control store, not in the events, not in the warehouse', async () => {
    for (const profile of Object.values(PROFILES)) await record('cr_ada', profile);
    await record('cr_ada', PROFILES.w9);
    await run(loadEvents);
    const everything = await everythingStored(services);
    expect(everything).toContain('Tax Status Changed');
    const secrets = Object.values(PROFILES).flatMap((profile) => [...divideProfile(profile).secrets.values()]);
    for (const secret of [...secrets, 'Beispiel', 'Ada Example', 'Hauptstr']) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(secret.replace(/\D/g, '') || secret);
    }
    const statuses = await services.warehouse.query('select * from tantieme.stg_rudder__tax_statuses');
    expect(statuses).toMatchObject([
      { creator_id: 'cr_ada', tax_form: 'w9', has_tin: true, backup_withholding: false, valid_from_on: '2026-01-15' },
    ]);
  });

  test('needs a key, a known creator and the right of the law', async () => {
    const without = { ...services, taxKeys: undefined };
    const given = { creatorId: 'cr_ada', profile: PROFILES.w9, by: 'finn' };
    await expect(recordProfile(without, given)).rejects.toThrow(
      'Tax profiles can be neither stored nor opened without a key: set TANTIEME_TAX_KEYS to file:PATH, and create the file with "tantieme tax keys create", or to a key in AWS KMS.',
    );
    await expect(record('cr_nobody', PROFILES.w9)).rejects.toThrow('There is no creator cr_nobody.');
    await expect(shown('cr_ada')).rejects.toThrow(/^cr_ada has no tax profile; store one/);
    await expect(shown('cr_nobody')).rejects.toThrow('There is no creator cr_nobody.');
    await expect(record('cr_ada', { ...PROFILES.w9, name: '' })).rejects.toThrow(/name of cr_ada/);
    expect(await services.operational.selectFrom('tax_data_keys').selectAll().execute()).toEqual([]);
  });

  test('is not opened if it was changed, or copied from another creator', async () => {
    const { operational } = services;
    await record('cr_ada', PROFILES.w9);
    await record('cr_ben', PROFILES.w9);
    const copy = sql`update tax_profile_values as mine set ciphertext = theirs.ciphertext, nonce = theirs.nonce, tag = theirs.tag
      from tax_profile_values as theirs
      where mine.creator_id = 'cr_ada' and theirs.creator_id = 'cr_ben' and mine.field = theirs.field`;
    await expect(copy.execute(operational)).rejects.toThrow('Rows of tax_profile_values are only added.');
    await operational.connection().execute(async (connection) => {
      await sql`set session_replication_role = replica`.execute(connection);
      await copy.execute(connection);
      // Even with the key of the other one.
      await sql`update tax_profiles as mine set data_key_id = theirs.data_key_id from tax_profiles as theirs
        where mine.creator_id = 'cr_ada' and theirs.creator_id = 'cr_ben'`.execute(connection);
      await sql`set session_replication_role = origin`.execute(connection);
    });
    await expect(shown('cr_ada')).rejects.toThrow(InvariantBroken);
    expect((await shown('cr_ben')).profiles).toHaveLength(1);
    // What was tried is logged all the same.
    expect((await requireHistory(services, 'cr_ada')).openings).toHaveLength(1);
    await writeFile(
      base.path,
      await readFile(base.path, 'utf8').then((text) => text.replaceAll(/"tk_/g, '"tk_other_')),
    );
    await expect(shown('cr_ben')).rejects.toThrow(Unavailable);
  });

  test('is listed while it expires, and a creator without a valid one is listed too', async () => {
    await record('cr_ada', PROFILES.w9);
    await record('cr_ben', later('2023-06-01T10:00:00Z'));
    const listed = async (expiringDays?: number) =>
      (await listProfiles(services, { expiringDays, limit: 10 })).forms.map(({ creator_id, state }) => [
        creator_id,
        state,
      ]);
    const missing = async () => (await creatorsWithoutForm(services, { limit: 10 })).creators;
    expect(await listed()).toEqual([
      ['cr_ada', 'valid'],
      ['cr_ben', 'valid'],
    ]);
    expect([await listed(331), await listed(332)]).toEqual([[], [['cr_ben', 'valid']]]);
    expect(await missing()).toEqual(['cr_cleo']);
    base.setTime('2027-01-01T00:00:00Z');
    expect([await listed(0), await missing()]).toEqual([[['cr_ben', 'expired']], ['cr_ben', 'cr_cleo']]);
    expect(await creatorsWithoutForm(services, { after: 'cr_ben', limit: 10 })).toEqual({
      creators: ['cr_cleo'],
      hasMore: false,
    });
    expect(await listProfiles(services, { after: ['cr_ada', 'us'], limit: 1 })).toMatchObject({
      forms: [{ creator_id: 'cr_ben' }],
      hasMore: false,
    });
  });
});

test('each change of the status of a creator is one event, in the transaction of the change', async () => {
  await record('cr_ben', PROFILES.w8ben);
  await record('cr_ben', PROFILES.dac7_person);
  await setBackupWithholding(services, { creatorId: 'cr_ben', isOn: true, because: 'CP2100A of 15 April', by: 'finn' });
  await record('cr_ben', { ...PROFILES.w9, classification: 'trust_or_estate', exempt_payee_code: '13' });
  await setBackupWithholding(services, {
    creatorId: 'cr_ben',
    isOn: false,
    because: 'The IRS has ended it.',
    by: 'finn',
  });
  await record('cr_ben', { ...PROFILES.w9, is_subject_to_backup_withholding: true });
  const sent = await services.operational
    .selectFrom('outbox')
    .select(['event', 'properties'])
    .orderBy('entry')
    .execute();
  const w9 = { tax_form: 'w9', tax_classification: 'individual', tax_country: 'US', has_tin: true };
  const trust = { ...w9, tax_classification: 'trust_or_estate', exempt_code: '13' };
  const from = { creator_id: 'cr_ben', tax_valid_from_at: '2026-01-15T00:00:00.000Z' };
  const w8ben = {
    ...{ ...from, tax_form: 'w8ben', tax_classification: 'individual', tax_country: 'DE', has_tin: true },
    ...{
      treaty_country: 'DE',
      treaty_claim: '0',
      treaty_article: '12(1)',
      tax_valid_until_at: '2029-12-31T00:00:00.000Z',
    },
  };
  expect(sent.map(({ properties }) => properties)).toEqual([
    { ...w8ben, backup_withholding: false },
    { ...w8ben, backup_withholding: true },
    { ...from, ...trust, backup_withholding: true },
    { ...from, ...trust, backup_withholding: false },
    { ...from, ...w9, backup_withholding: true },
  ]);
  expect((await shown('cr_ben')).backup_withholding).toBe(true);
});

describe('a rotation', () => {
  test('that stops half way is run again, and then the old key is needed by nothing', async () => {
    for (const creator of CREATORS) await record(creator, PROFILES.w9);
    const [current, old] = await addTaxKey(base.path);
    const keys = services.taxKeys as TaxKeys;
    let wrapped = 0;
    const failing: TaxKeys = {
      ...keys,
      wrap: async (...given) => {
        wrapped += 1;
        if (wrapped === 2) throw new Unavailable('The key service is down.');
        return keys.wrap(...given);
      },
    };
    await expect(runJob({ ...services, taxKeys: failing }, { job: rotateTaxKeys, startedBy: 'finn' })).rejects.toThrow(
      /is down/,
    );
    const underEach = async () =>
      (await services.operational.selectFrom('tax_data_keys').select('master_key_id').execute())
        .map(({ master_key_id }) => master_key_id)
        .sort();
    expect(await underEach()).toEqual([current, old, old].sort());
    for (const creator of CREATORS)
      expect((await shown(creator, 'A check.')).profiles[0]?.profile).toEqual(PROFILES.w9);
    expect(await run(rotateTaxKeys)).toMatchObject({ current_key_id: current, rotated: 2 });
    expect(await underEach()).toEqual([current, current, current]);
    const left = { keys: JSON.parse(await readFile(base.path, 'utf8')).keys.slice(0, 1) };
    await writeFile(base.path, JSON.stringify(left), { mode: 0o600 });
    for (const creator of CREATORS)
      expect((await shown(creator, 'A check.')).profiles[0]?.profile).toEqual(PROFILES.w9);
    expect(await run(rotateTaxKeys)).toMatchObject({ rotated: 0 });
    const openings = CREATORS.map(async (creator) =>
      (await requireHistory(services, creator)).openings.filter(({ purpose }) => purpose === 'rotated'),
    );
    expect(await Promise.all(openings)).toEqual(
      CREATORS.map(() => [expect.objectContaining({ opened_by: 'finn', fields: 'data key' })]),
    );
  });
});

test('rows are only added', async () => {
  await record('cr_ada', PROFILES.w9);
  await shown('cr_ada');
  await setBackupWithholding(services, { creatorId: 'cr_ada', isOn: true, because: 'x', by: 'finn' });
  for (const table of ['tax_profiles', 'tax_profile_values', 'tax_openings', 'tax_withholding_notices'] as const) {
    await expect(services.operational.deleteFrom(table).execute()).rejects.toThrow(`Rows of ${table} are only added.`);
  }
});
