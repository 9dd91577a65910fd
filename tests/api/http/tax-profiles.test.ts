import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKey } from '../../../api/auth/key-secret.ts';
import { createKey } from '../../../api/auth/keys.ts';
import { buildApp } from '../../../api/http/app.ts';
import { addTaxKey } from '../../../jobs/tax/key-file.ts';
import { PROFILES } from '../../ingest/tax/profiles.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { type As, fillMarts, openTestApi, type TestApi } from '../test-api.ts';

let api: TestApi;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  const file = join(folder.path, 'keys.json');
  await addTaxKey(file);
  api = await openTestApi({ TANTIEME_TAX_KEYS: `file:${file}`, TANTIEME_TAX_RETENTION_YEARS: '7' });
  await fillMarts(api.services);
});
afterAll(async () => {
  await api.close();
  await folder[Symbol.asyncDispose]();
});

const PATH = '/v1/tax/profiles/cr_ada';
const post = (as: As, path: string, payload: object) => api.request(as, path, { method: 'POST', payload });
const SSN = '536-90-4399';

test('a creator gives its own form and sees it masked; finance sees it masked, lists it and sees who opened it', async () => {
  const given = await post('creator', PATH, PROFILES.w9);
  const by = `the creator (${api.keyId('creator')})`;
  expect([given.statusCode, given.json()]).toMatchObject([
    201,
    { creator_id: 'cr_ada', form: 'w9', version: 1, recorded_by: by },
  ]);
  for (const as of ['creator', 'finance'] as const) {
    const shown = await api.request(as, PATH);
    expect(shown.json()).toMatchObject({
      backup_withholding: false,
      profiles: [
        { form: 'w9', state: 'valid', profile: { name: 'Ada Example', tin: { type: 'ssn', value: 'XXX-XX-4399' } } },
      ],
    });
    expect(shown.body).not.toContain(SSN);
  }
  const list = (await api.request('finance', '/v1/tax/profiles?limit=1')).json();
  expect(list).toMatchObject({ data: [{ creator_id: 'cr_ada', form: 'w9', valid_until_on: null }], next_cursor: null });
  expect((await api.request('finance', '/v1/tax/profiles?expiring_days=30')).json().data).toEqual([]);
  expect((await api.request('operator', '/v1/tax/creators-without-form')).json().data).toEqual([
    { creator_id: 'cr_ben' },
  ]);
  const { openings } = (await api.request('finance', `${PATH}/history`)).json();
  expect(openings).toMatchObject([
    { opened_by: by, fields: 'profile' },
    { opened_by: `the finance (${api.keyId('finance')})` },
  ]);
});

test('only an operator sees numbers, for a reason, which is recorded', async () => {
  const because = 'A letter of the IRS.';
  expect((await post('operator', `${PATH}/reveal`, { because: ' ' })).json().detail).toBe(
    'The reason is empty; say in one sentence why.',
  );
  const revealed = (await post('operator', `${PATH}/reveal`, { because })).json();
  expect(revealed.profiles[0].profile).toEqual(PROFILES.w9);
  const { openings } = (await api.request('finance', `${PATH}/history`)).json();
  expect(openings.at(-1)).toMatchObject({
    because,
    fields: 'profile, tin.value',
    opened_by: `the operator (${api.keyId('operator')})`,
  });
});

test.each<[As, 'GET' | 'POST', string, object | undefined, number]>([
  ['creator', 'GET', '/v1/tax/profiles/cr_ben', undefined, 404],
  ['creator', 'POST', '/v1/tax/profiles/cr_ben', PROFILES.w9, 404],
  ['creator', 'POST', `${PATH}/reveal`, { because: 'x' }, 403],
  ['creator', 'GET', `${PATH}/history`, undefined, 403],
  ['creator', 'GET', '/v1/tax/profiles', undefined, 403],
  ['creator', 'POST', `${PATH}/backup-withholding`, { is_on: false, because: 'x' }, 403],
  ['creator', 'POST', `${PATH}/erasure`, { because: 'x' }, 403],
  ['finance', 'POST', `${PATH}/reveal`, { because: 'x' }, 403],
  ['finance', 'POST', `${PATH}/erasure`, { because: 'x' }, 403],
  ['analyst', 'GET', PATH, undefined, 403],
  ['analyst', 'POST', PATH, PROFILES.w9, 403],
  ['nobody', 'GET', PATH, undefined, 401],
])('%s may not %s %s %j: %i', async (as, method, path, payload, status) => {
  const refused = await api.request(as, path, { method, ...(payload && { payload }) });
  expect(refused.statusCode).toBe(status);
  if (status === 404) expect(refused.json().detail).toBe('There is no creator cr_ben.');
});

test('finance sets backup withholding; an operator erases what the law does not require, and sees until when it does', async () => {
  const on = await post('finance', `${PATH}/backup-withholding`, { is_on: true, because: 'CP2100A' });
  expect(on.json()).toEqual({ creator_id: 'cr_ada', backup_withholding: true });
  expect((await api.request('creator', PATH)).json().backup_withholding).toBe(true);
  const kept = (await post('operator', `${PATH}/erasure`, { because: 'The creator has left.' })).json();
  expect(kept).toMatchObject({ is_erased: false, kept_until_on: '2033-12-31' });
});

describe('a wrong profile', () => {
  test('is refused with all of its faults, each with the creator and the field, and without its numbers', async () => {
    const wrong = { ...PROFILES.w9, tin: { type: 'ssn', value: '666-12-3456' }, name: 5, nickname: 'x' };
    const refused = await post('creator', PATH, wrong);
    expect(refused.json()).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/^The tax profile of cr_ada cannot be stored; correct/),
    });
    expect(refused.json().detail.split('\n').slice(1)).toEqual([
      '  nickname of cr_ada is unknown; leave it out.',
      '  name of cr_ada must be string.',
      expect.stringMatching(/^ {2}tin\.value of cr_ada cannot be an SSN: /),
    ]);
    expect(refused.body).not.toContain('3456');
    const number = await post('creator', PATH, { ...PROFILES.w9, tin: wrong.tin });
    expect(number.json().detail).toMatch(/\n {2}tin\.value of cr_ada cannot be an SSN: [^\n]+$/);
    expect(number.body).not.toContain('3456');
  });

  test.each([[[]], [{}], [{ form: 'w9' }], [{ ...PROFILES.w9, by: 'x' }]])(
    'of another shape is one too: %j',
    async (payload) => {
      expect((await post('creator', PATH, payload)).statusCode).toBe(400);
    },
  );
});

test('the log of the server has no number and no name, whatever goes wrong', async () => {
  const lines: string[] = [];
  const logger = pino(
    { level: 'trace', base: null, timestamp: false },
    { write: (line: string) => void lines.push(line) },
  );
  const ownKey = makeKey();
  const key = await createKey(api.services, { role: 'operator', name: 'Op' });
  const { operational } = api.services;
  const rename = (from: 'tax_profile_values' | 'elsewhere', to: string) =>
    operational.schema
      .alterTable(from as 'tax_profile_values')
      .renameTo(to)
      .execute();
  const statuses: number[] = [];
  for (const fault of ['none', 'no key', 'no table']) {
    const services = fault === 'no key' ? { ...api.services, taxKeys: undefined } : api.services;
    if (fault === 'no table') await rename('tax_profile_values', 'elsewhere');
    const app = buildApp({ services, sources: [], signIn: api.signIn, ownKey, logger });
    const request = (url: string, payload: object) =>
      app.inject({ method: 'POST', url, payload, headers: { authorization: `Bearer ${key}` } });
    statuses.push((await request(PATH, PROFILES.w9)).statusCode);
    await request(PATH, { ...PROFILES.w9, tin: { type: 'ssn', value: '666-90-4399' } });
    await request(`${PATH}/reveal`, { because: 'A check.' });
    await app.close();
  }
  await rename('elsewhere', 'tax_profile_values');
  expect(statuses).toEqual([201, 503, 500]);
  // Drawn digits may be those of the number.
  const log = lines.join('').replace(/\breq_[0-9a-f]+/g, 'req');
  expect(log).toMatch(/TANTIEME_TAX_KEYS[\s\S]*tax_profile_values/);
  for (const secret of [SSN, SSN.replaceAll('-', ''), '4399', 'Ada Example', 'Main St'])
    expect(log).not.toContain(secret);
});

test('a tax year is for finance and operators, and needs what the operator has decided', async () => {
  for (const as of ['creator', 'analyst'] as const) {
    expect((await api.request(as, '/v1/tax/years/2026/status')).statusCode).toBe(403);
    expect((await api.request(as, '/v1/tax/years/2026/exports/dac7')).statusCode).toBe(403);
    const filing = { method: 'POST', payload: { options: { year: '2026', form: 'dac7' } } } as const;
    expect((await api.request(as, '/v1/jobs/file-tax-form/runs', filing)).statusCode).toBe(403);
  }
  const undecided = await api.request('finance', '/v1/tax/years/2026/exports/dac7');
  expect([undecided.statusCode, undecided.json().detail]).toEqual([
    400,
    expect.stringContaining('set TANTIEME_TAX_FILE'),
  ]);
  expect((await api.request('finance', '/v1/tax/years/26/status')).statusCode).toBe(400);
});
