import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createKey, rotateKey } from '../../../api/auth/keys.ts';
import type { Services } from '../../../jobs/job.ts';
import { openMailer } from '../../../jobs/mail/open-mailer.ts';
import { switchNotice } from '../../../jobs/notices/choices.ts';
import { NOTICE_KINDS, NOTICES, type NoticeKind } from '../../../jobs/notices/kinds.ts';
import { sendNotices } from '../../../jobs/notices/send-notices.ts';
import { mailWords } from '../../../jobs/notices/words.ts';
import { instant } from '../../../warehouse/clock.ts';
import type { Operational } from '../../../warehouse/operational/operational.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { deleteEverything, freshStore } from '../../warehouse/operational/fresh-store.ts';
import { RUN } from '../test-services.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-02-02T06:00:00Z');
const from = 'Tantieme <tantieme@example.com>';

let store: Awaited<ReturnType<typeof freshStore>>;
let operational: Operational;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  store = await freshStore();
  ({ operational } = store);
  folder = await temporaryFolder();
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

let now = START;
beforeEach(async () => {
  now = START;
  await deleteEverything(operational);
  for (const [id, locale] of [
    ['ada', 'de'],
    ['ben', null],
    ['cleo', 'en'],
  ] as const) {
    const person = { id, name: id, email: `${id}@example.com`, email_verified: true, image: null, locale };
    await operational
      .insertInto('people')
      .values({ ...person, created_at: at(), updated_at: at() })
      .execute();
  }
  await give('ada', 'creator', 'cr_ada');
  await give('ben', 'finance');
  await give('cleo', 'approver');
});

const at = (): string => instant(now);

async function give(
  person_id: string,
  role: 'creator' | 'developer' | 'finance' | 'approver',
  subject_id = '',
): Promise<void> {
  const ended = { revoked_by: null, revoked_at: null };
  await operational
    .insertInto('person_roles')
    .values({ person_id, role, subject_id, granted_by: 'a test', granted_at: at(), ...ended })
    .execute();
}

/** Runs the job; returns who was mailed what. */
async function run(url?: string): Promise<string[]> {
  const place = join(folder.path, 'mail');
  await rm(place, { recursive: true, force: true });
  const mailer = openMailer(url === undefined ? { kind: 'folder', folder: place, from } : { kind: 'smtp', url, from });
  const services = { operational, clock: { now: () => now }, mail: { mailer, url: () => 'https://pages.example' } };
  await sendNotices.run({ ...RUN, ...(services as unknown as Services) }, parsePeriod('2026-01'));
  const names = await readdir(place).catch(() => []);
  const mails = await Promise.all(names.map((name) => readFile(join(place, name), 'utf8')));
  return mails.map((mail) => /^To: (\S+)@/m.exec(mail)?.[1] ?? '').sort();
}

const queued = async (): Promise<string[]> =>
  (
    await operational.selectFrom('notices').select(['kind', 'person_id']).orderBy('kind').orderBy('person_id').execute()
  ).map(({ kind, person_id }) => `${kind} ${person_id}`);

const bodies = async (kind: NoticeKind): Promise<string[]> =>
  (await operational.selectFrom('notices').select('body').where('kind', '=', kind).execute()).map(({ body }) => body);

async function recordProfile(creator_id = 'cr_ada', valid_until_on: string | null = null, version = 1): Promise<void> {
  await operational
    .insertInto('tax_profiles')
    .values({
      ...{ creator_id, form: 'w9', regime: 'us', version, supersedes: null, signed_on: '2026-01-01' },
      ...{ valid_until_on, facts: '{}', data_key_id: 'dk_1', recorded_at: at(), recorded_by: 'Mallory' },
    })
    .execute();
}

async function planBatch(): Promise<void> {
  await operational
    .insertInto('payout_batches')
    .values({
      ...{ batch_id: 'batch_2026-01', period: '2026-01', sequence: 1, state: 'planned', planned_by: 'ada' },
      ...{ planned_at: at(), approved_by: null, approved_at: null, ledger_seal: null, approval_hash: null },
    })
    .execute();
  const payable = { reason: 'payable', account_id_stripe: 'acct_1', body: '{}', body_hash: 'h' };
  const line = {
    batch_id: 'batch_2026-01',
    creator_id: 'cr_ada',
    account_id_stripe: null,
    body: null,
    body_hash: null,
  };
  await operational
    .insertInto('payout_lines')
    .values([
      { ...line, payout_id: 'po_usd', currency: 'USD', amount_minor: 123_456n, ...payable },
      { ...line, payout_id: 'po_eur', currency: 'EUR', amount_minor: 0n, reason: 'payout_account_missing' },
      { ...line, payout_id: 'po_gbp', currency: 'GBP', amount_minor: 0n, reason: 'below_minimum' },
    ])
    .execute();
}

describe('notices', () => {
  test('are mailed once for a cause, in the language of the person, with the page that shows it', async () => {
    await recordProfile();
    expect(await run()).toEqual(['ada']);
    const [row] = await operational.selectFrom('notices').selectAll().execute();
    expect(row).toMatchObject({
      ...{ kind: 'tax-profile-changed', subject: 'Das Steuerprofil von cr_ada wurde geändert', path: '/c/cr_ada/tax' },
      sent_at: at(),
    });
    expect(await run()).toEqual([]);
    now += 60_000;
    expect(await run()).toEqual([]);
  });

  test('about money go to whoever acts for the creator, and to whoever did until lately', async () => {
    await give('cleo', 'creator', 'cr_ada');
    const ended = { revoked_by: 'Mallory', revoked_at: at() };
    await operational.updateTable('person_roles').set(ended).where('person_id', '=', 'cleo').execute();
    await give('ben', 'creator', 'cr_ben');
    now += 29 * DAY;
    await recordProfile();
    expect(await run()).toEqual(['ada', 'cleo']);
    now += 2 * DAY;
    await recordProfile('cr_ada', null, 2);
    expect(await run()).toEqual(['ada']);
  });

  test('about payouts notify the creator what is held, and the approver what waits', async () => {
    await planBatch();
    await run();
    expect(await queued()).toEqual(['batch-waits ben', 'batch-waits cleo', 'payout-held ada']);
    expect(await bodies('payout-held')).toEqual([
      expect.stringContaining('Das Guthaben von cr_ada in EUR für Januar 2026'),
    ]);
    expect(await bodies('batch-waits')).toContain(
      'The batch batch_2026-01 has 1 payout. Another person than the one who planned it must approve it.',
    );
  });

  test('about a key go to who made it, and to whoever else acts for the same creator or developer', async () => {
    await give('cleo', 'developer', 'dev_1');
    const services = { operational, clock: { now: () => now } };
    await createKey(services, { name: 'Notebook', role: 'developer', developerId: 'dev_1' });
    await createKey(services, { name: 'Books', role: 'finance', personId: 'ben' });
    await createKey(services, { name: 'Site', role: 'creator', creatorId: 'cr_ada', personId: 'ada' });
    await run();
    expect(await queued()).toEqual(['api-key-made ada', 'api-key-made ben', 'api-key-made cleo']);
    expect(await bodies('api-key-made')).toContain('The API key "Notebook" has the role developer for dev_1.');

    now += 60_000;
    const [notebook] = await operational
      .selectFrom('api_keys')
      .select('api_key_id')
      .where('name', '=', 'Notebook')
      .execute();
    await rotateKey(services, { apiKeyId: notebook?.api_key_id ?? '', owner: 'all' });
    await run();
    expect(await bodies('api-key-made')).toContain(
      'The API key "Notebook" has the role developer for dev_1. It was given another secret.',
    );
  });

  test('of a kind that is switched off are not queued; of those about access nobody can', async () => {
    await switchNotice(operational, { personId: 'ben', kind: 'batch-waits', isOn: false });
    await planBatch();
    await run();
    expect(await queued()).toEqual(['batch-waits cleo', 'payout-held ada']);
    for (const kind of NOTICE_KINDS.filter((each) => NOTICES[each].isSecurity)) {
      await expect(switchNotice(operational, { personId: 'ben', kind, isOn: false })).rejects.toThrow('switched off');
    }
  });

  test('notify of a form that expires within thirty days', async () => {
    await recordProfile('cr_ada', '2026-03-05');
    await run();
    expect(await queued()).toEqual(['tax-profile-changed ada']);
    now += 2 * DAY;
    await run();
    expect(await queued()).toEqual(['tax-form-expires ada', 'tax-profile-changed ada']);
    expect(await bodies('tax-form-expires')).toEqual([expect.stringContaining('gilt bis 05.03.2026')]);
  });

  test('wait while the mail server is down, and are sent once it is back', async () => {
    await recordProfile();
    expect(await run('smtp://127.0.0.1:1')).toEqual([]);
    const [failed] = await operational.selectFrom('notices').selectAll().execute();
    expect(failed).toMatchObject({ attempt_count: 1, sent_at: null, error: expect.stringContaining('was not sent') });
    expect(await run()).toEqual([]);
    now += 60_000;
    expect(await run()).toEqual(['ada']);
    now += DAY;
    expect(await run()).toEqual([]);
  });

  test('are not lost if the job did not run for long, nor made of what was before the first time', async () => {
    await recordProfile();
    now += 2 * 3_600_000;
    expect(await run()).toEqual([]);
    await planBatch();
    now += 30 * DAY;
    expect((await run()).sort()).toEqual(['ada', 'ben', 'cleo']);
  });
});

test('every kind says something in both languages', () => {
  const creator = { creator: 'cr_ada', period: '2026-01', currency: 'USD', amount: '1.00' };
  const more = {
    name: 'n',
    role: 'finance',
    subject: '',
    by: 'b',
    account: 'a',
    browser: 'n',
    address: '::1',
    form: 'w9',
    on: '2026-01-31',
  };
  const facts = { ...creator, ...more, isEnded: true, isTheirs: true, error: 'e', batch: 'b', count: 2 } as never;
  for (const kind of NOTICE_KINDS) {
    const [english, german] = ['en', 'de'].map((locale) => {
      const { label, subject, text } = mailWords(locale).notices[kind];
      return [label, subject(facts), text(facts)];
    });
    expect([...(english ?? []), ...(german ?? [])].join(' ')).not.toMatch(/undefined|\[object/);
    expect(german?.[0]).not.toBe(english?.[0]);
    expect(NOTICES[kind].path(facts)).toMatch(/^\/(account|c|keys|months)/);
  }
});
