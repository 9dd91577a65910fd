import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKey } from '../../../../../api/auth/key-secret.ts';
import { buildApp } from '../../../../../api/http/app.ts';
import { closePeriod } from '../../../../../jobs/close-period.ts';
import { loadEvents } from '../../../../../jobs/load-events.ts';
import { approvePayouts } from '../../../../../jobs/payouts/approve-payouts.ts';
import { requireBatch } from '../../../../../jobs/payouts/batches.ts';
import { decidePayouts } from '../../../../../jobs/payouts/decide-payouts.ts';
import { planPayouts } from '../../../../../jobs/payouts/plan-payouts.ts';
import { readBankFile } from '../../../../../jobs/payouts/rails/bank/bank-files.ts';
import { bankStatus } from '../../../../../jobs/payouts/rails/bank/bank-status.ts';
import { exportPayouts } from '../../../../../jobs/payouts/rails/bank/export-payouts.ts';
import { readBankAnswers, storeBankMessage } from '../../../../../jobs/payouts/rails/bank/read-bank-answers.ts';
import { sendPayouts } from '../../../../../jobs/payouts/send-payouts.ts';
import { statusOf } from '../../../../../jobs/payouts/status.ts';
import { reconcileStripe } from '../../../../../jobs/reconcile-stripe.ts';
import { runJob } from '../../../../../jobs/run-job.ts';
import { instant } from '../../../../../warehouse/clock.ts';
import { Conflict, Rejected } from '../../../../../warehouse/errors.ts';
import { sha256Hex } from '../../../../../warehouse/ids.ts';
import { parsePeriod } from '../../../../../warehouse/period.ts';
import { assertMatchesDocument, type Document } from '../../../../api/test-api.ts';
import { testSignIn } from '../../../../api/test-sign-in.ts';
import { SOURCES } from '../../../../ingest/gateway/test-gateway.ts';
import { expireLeases } from '../../../test-services.ts';
import { stoppingStore } from '../../stopping-store.ts';
import { camt053, nachaReturn, pagesOf, pain002 } from './answers.ts';
import { expectBankBreaks, expectBankPostings } from './bank-breaks.ts';
import { BankMonths, DEBTOR_IBAN, type ExportedFile } from './bank-months.ts';

const JANUARY = parsePeriod('2026-01');

let months: BankMonths;
beforeAll(async () => {
  months = await BankMonths.open();
  await months.close();
  await months.approve();
});
afterAll(() => months[Symbol.asyncDispose]());

const bytesOf = async ({ file_id }: ExportedFile) => (await readBankFile(months.services, file_id)).bytes.toString();
const filesStored = () => months.operational.selectFrom('payout_files').select('file_hash').execute();

/** One month, in the order of its days: each test goes on where the one before has ended. */
describe('a month that is paid by bank files', () => {
  let file: ExportedFile;
  let bytes: string;

  test('is exported as a whole or not at all, wherever the export stops', async () => {
    for (let nth = 1; ; nth++) {
      const operational = stoppingStore(months.operational, nth, nth % 2 === 0 ? 'before' : 'after');
      const request = { job: exportPayouts, period: JANUARY, options: { rail: 'sepa' }, startedBy: 'ada' };
      const isDone = await runJob({ ...months.services, operational }, request).then(
        () => true,
        (error: Error) => {
          expect(error.message).toContain('stopped here');
          return false;
        },
      );
      await expireLeases(months.operational);
      const isExported = (await filesStored()).length === 1;
      expect(await months.logs()).toEqual(isExported ? ['bea: intent', 'bob: intent'] : []);
      if (isDone) break;
    }
    const files = await months.export('sepa');
    expect(files).toMatchObject([{ order_id: '2026-01-1-S1', amount: '280.00', payments: 2 }]);
    [file] = files as [ExportedFile];
    bytes = await bytesOf(file);
    expect(bytes).toContain('<IBAN>DE89370400440532013000</IBAN>');
    expect(bytes).toContain('<Nm>Bea Muller</Nm>');
    expect(bytes).toContain('<Ustrd>Royalties 2026-01</Ustrd>');
  });

  test('is exported once: a second export and two at a time give the same bytes, and nothing else is exported', async () => {
    months.harness.setTime('2026-02-03T15:00:00.000Z');
    const together = await Promise.allSettled([months.export('sepa'), months.export('sepa')]);
    expect(together.filter(({ status }) => status === 'fulfilled')).not.toEqual([]);
    expect(await months.export('sepa')).toEqual([file]);
    expect(await bytesOf(file)).toBe(bytes);
    await months.rotateKeys();
    expect(await bytesOf(file)).toBe(bytes);
    expect(await filesStored()).toEqual([{ file_hash: file.file_hash }]);
  });

  test('is locked: what is in the file is neither held, cancelled, planned anew nor sent by Stripe', async () => {
    const ids = ['cr_bea'];
    const request = { period: JANUARY, ids, sentence: 'Wrong.', by: 'finn' };
    for (const decision of ['hold', 'cancel'] as const)
      expect(await decidePayouts(months.services, { ...request, decision })).toMatchObject([
        { state: 'sending', refused: expect.stringContaining(file.file_id) },
      ]);
    await expect(months.run(planPayouts, { period: '2026-01' })).rejects.toThrow(Conflict);
    expect(await months.run(sendPayouts, { period: '2026-01' })).toMatchObject({
      sent: 1,
      waiting: 0,
      by_bank_files: 3,
    });
    expect(months.harness.stripe.transfers()).toHaveLength(1);
  });

  test('keeps numbers from people: only the sealed file has them', async () => {
    const { operational } = months;
    const rows = [
      ...(await operational.selectFrom('bank_accounts').selectAll().execute()),
      ...(await operational.selectFrom('payout_lines').selectAll().execute()),
      ...(await operational.selectFrom('payout_files').selectAll().execute()),
      ...(await operational.selectFrom('outbox').selectAll().execute()),
      ...(await operational.selectFrom('job_runs').selectAll().execute()),
    ];
    const stored = JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    for (const number of ['370400440532013000', '0417164300', '12345678', 'Muller', 'Müller'])
      expect(stored).not.toContain(number);
    expect(stored).toContain('DE89 … 3000');
  });

  test('is answered: what the bank executes is sent, what it rejects is owed again, and each answer counts once', async () => {
    const bea = await months.referenceOf('cr_bea');
    const bob = await months.referenceOf('cr_bob');
    const report = pain002(
      file.order_id,
      [
        { reference: bea.reference, status: 'ACSC' },
        { reference: bob.reference, status: 'RJCT', reason: 'AC04' },
        { reference: 'SOMEBODY-ELSE', status: 'RJCT', reason: 'AC04' },
      ],
      { group: 'PART' },
    );
    const message = await storeBankMessage(months.services, { bytes: Buffer.from(report), by: 'finn' });
    for (let nth = 1; ; nth++) {
      const operational = stoppingStore(months.operational, nth, nth % 2 === 0 ? 'before' : 'after');
      const request = { job: readBankAnswers, options: { message }, startedBy: 'finn' };
      const done = await runJob({ ...months.services, operational }, request).catch(() => undefined);
      await expireLeases(months.operational);
      if (done) break;
    }
    expect(await months.answer(report)).toMatchObject({ applied: 0, for_person: 0, repeated: 4 });
    expect(await months.answer(`${report}\n`)).toMatchObject({ applied: 0, repeated: 4 });
    expect(await months.logs()).toMatchObject({
      1: 'bea: intent, sent',
      2: 'bob: intent, key_spent, failed',
    });
    expect((await months.events()).slice(1)).toEqual(['Payout Sent cr_bea 160.00 sepa', 'Payout Failed cr_bob 120.00']);
  });

  test('is compared: a statement books what was paid, and a tampered one is not used', async () => {
    const entries = [
      { amount: '160.00', side: 'DBIT', reference: 'B1', group: file.order_id },
      { amount: '9.00', side: 'DBIT', reference: 'B2' },
    ] as const;
    const statement = { account: DEBTOR_IBAN, opening: '1000.00', closing: '831.00', sequence: 7, entries };
    const tampered = camt053({ ...statement, closing: '931.00' });
    expect(await months.answer(tampered)).toMatchObject({ applied: 0, for_person: 1 });
    const other = camt053({ ...statement, account: 'DE89370400440532013000' });
    expect(await months.answer(other)).toMatchObject({ applied: 0, for_person: 1 });
    const wrong = [
      { ...entries[0], amount: '159.00', reference: 'B0' },
      { ...entries[1], amount: '10.00' },
    ];
    expect(await months.answer(camt053({ ...statement, entries: wrong }))).toMatchObject({ applied: 0, for_person: 1 });
    expect(await months.answer(camt053(statement))).toMatchObject({ applied: 1, for_person: 0 });
    expect((await months.logs())[1]).toBe('bea: intent, sent, confirmed');
    const { statements, files } = await bankStatus(months.services);
    expect(statements[0]).toMatchObject({ opening: '1000.00', ours: '-160.00', others: '-9.00', closing: '831.00' });
    expect(files).toMatchObject([{ states: { confirmed: 1, failed: 1 }, open_amount: '0.00' }]);
  });

  test('is owed again once it came back, however many answers say so; what the bank has kept is a fee', async () => {
    const { reference } = await months.referenceOf('cr_bea');
    const back = { amount: '155.00', side: 'CRDT', payment: reference, reason: 'AC01' } as const;
    const statement = { account: DEBTOR_IBAN, opening: '831.00', closing: '986.00' };
    // Booked on the 4th, read a day later.
    months.harness.setTime('2026-02-05T09:00:00.000Z');
    const first = camt053({ ...statement, sequence: 8, entries: [{ ...back, reference: 'R1' }] });
    const outcome = await months.answer(first);
    expect(outcome).toMatchObject({ applied: 1, for_person: 0 });
    expect(await months.sentencesOf('The bank has kept 5.00 EUR of it, which is booked as a fee.')).toHaveLength(1);
    expect(await months.answer(first)).toMatchObject({ repeated: 1 });
    const again = { ...statement, opening: '986.00', closing: '1141.00', sequence: 10 };
    const second = await months.answer(camt053({ ...again, entries: [{ ...back, reference: 'R2' }] }));
    expect(second.look_at).toEqual([expect.stringContaining('missing before S-10')]);
    expect((await months.logs())[1]).toBe('bea: intent, sent, confirmed, reversed');
    expect((await months.events()).at(-1)).toBe('Payout Reversed cr_bea 160.00 sepa');
    expect(instant(await months.returnedAt())).toBe('2026-02-04T00:00:00.000Z');
    expect((await months.events()).filter((event) => event.startsWith('Payout Reversed'))).toHaveLength(1);
  });

  test('pays by ACH in the same way: a statement confirms it, and a return names its trace', async () => {
    const [ach] = (await months.export('ach')) as [ExportedFile];
    expect(ach).toMatchObject({ order_id: '2026-01-1-A1', amount: '40.00', payments: 1 });
    expect(await bytesOf(ach)).toMatch(/^101 121042882/);
    const { trace, reference } = await months.referenceOf('cr_cid');
    expect(trace).toBe('121042880000001');
    // What the bank fills in as the order of a payment does not matter: the id of the payment is ours alone.
    const names = ['NOTPROVIDED', 'BANK-4711'] as const;
    const paid = { amount: '40.00', side: 'DBIT', reference: 'U1', payment: reference, names } as const;
    const statement = { account: '987654', currency: 'USD', opening: '100.00', closing: '60.00', sequence: 1 };
    const pages = pagesOf(
      camt053({ ...statement, entries: [paid] }),
      camt053({ ...statement, opening: '60.00', entries: [] }),
    );
    expect(await months.answer(pages)).toMatchObject({ applied: 1, for_person: 0 });
    // What the second page ends with is the balance of the day.
    expect((await months.statementEvents('USD')).map(({ opening, at }) => [opening, at])).toEqual([
      ['100.00', '2026-02-04T00:00:00.000Z'],
      ['60.00', '2026-02-04T00:00:00.001Z'],
    ]);
    expect(await months.sentencesOf('BANK-4711')).toHaveLength(1);
    const other = nachaReturn({ reference: 'ANOTHER', trace: trace ?? '', amount: '4000', code: 'R02' });
    expect(await months.answer(other)).toMatchObject({ applied: 0, for_person: 1 });
    const back = nachaReturn({ reference, trace: trace ?? '', amount: '4000', code: 'R02' });
    expect(await months.answer(back)).toMatchObject({ applied: 1, for_person: 0 });
    expect((await months.logs()).at(-1)).toBe('cid: intent, sent, confirmed, reversed');
    const [batch] = await months.operational.selectFrom('payout_batches').select('state').execute();
    expect(batch).toEqual({ state: 'sent' });
  });

  test('refuses an account with all of its faults, and one of a creator who is paid at Stripe', async () => {
    const wrong = { payout_rail: 'sepa', name: '💸', iban: 'NL92ABNA0417164300' };
    await expect(months.setAccount('cr_bob', wrong)).rejects.toThrow(
      new Rejected(
        'The bank account of cr_bob was not recorded; correct it:\n  IBAN: its check digits are wrong; at least one character is mistyped\n  name: a bank file cannot carry “💸” (U+1F4B8); enter it in Latin letters, as the bank knows it',
      ),
    );
    await expect(months.setAccount('cr_ada')).rejects.toThrow(Rejected);
    const right = { payout_rail: 'sepa', name: 'Ada', iban: 'NL91ABNA0417164300' };
    await expect(months.setAccount('cr_ada', right)).rejects.toThrow(Conflict);
  });

  test('is in the books of the next month, and what came back is planned again to an account that the bank has not refused', async () => {
    months.harness.setTime('2026-02-10T00:00:00.000Z');
    await months.setAccount('cr_bea', { iban: 'DE02120300000000202051' });
    await months.run(loadEvents);
    months.harness.setTime('2026-03-02T04:00:00.000Z');
    await months.run(closePeriod, { period: '2026-02' });
    await expectBankPostings(months.services);
    await months.run(reconcileStripe, { period: '2026-01' });
    await months.run(reconcileStripe, { period: '2026-02' });
    await expectBankBreaks(months.services);
    await months.run(planPayouts, { period: '2026-02' });
    const { batch_id } = await requireBatch(months.services, parsePeriod('2026-02'));
    const planned = await statusOf(months.services, batch_id);
    expect(planned.map(({ creator_id, amount_minor, reason }) => [creator_id, amount_minor, reason])).toEqual([
      ['cr_ada', 0n, 'nothing_owed'],
      ['cr_bea', 160_00n, 'payable'],
      ['cr_bob', 0n, 'payout_account_not_active'],
      ['cr_cid', 0n, 'payout_account_not_active'],
    ]);
  });

  test('is exported, answered and looked at over HTTP, and the accounts are shown with a mask', async () => {
    await months.run(approvePayouts, { period: '2026-02', by: 'ben' });
    const ownKey = makeKey();
    await using app = buildApp({
      ...{ services: months.services, sources: SOURCES, ownKey },
      signIn: testSignIn(months.services).signIn,
    });
    const openapi = (await app.inject('/openapi.json')).json<Document>();
    const request = async (method: 'GET' | 'POST', url: string, payload?: object) => {
      const headers = { authorization: `Bearer ${ownKey.key}` };
      const response = await app.inject({ method, url, headers, ...(payload && { payload }) });
      assertMatchesDocument(openapi, response);
      return response;
    };
    const body = { period: '2026-02', options: { rail: 'sepa' }, wait: true, by: 'cleo' };
    const run = await request('POST', '/v1/jobs/export-payouts/runs', body);
    const [exported] = run.json().outcome.files as [ExportedFile];
    expect(exported).toMatchObject({ order_id: '2026-02-1-S1', amount: '160.00' });
    const { rawPayload, headers } = await request('GET', `/v1/bank-files/${exported.file_id}`);
    expect(sha256Hex(rawPayload)).toBe(exported.file_hash);
    expect(headers['content-disposition']).toContain('payouts-2026-02-1-S1.xml');
    const { reference } = await months.referenceOf('cr_bea');
    const content = Buffer.from(pain002(exported.order_id, [{ reference, status: 'ACSC' }])).toString('base64');
    const answered = await request('POST', '/v1/bank-answers', { content, by: 'cleo' });
    expect(answered.json()).toMatchObject({ applied: 1, for_person: 0 });
    const status = (await request('GET', '/v1/bank-files')).json();
    expect(status.files.at(-1)).toMatchObject({ states: { sent: 1 }, open_amount: '160.00' });
    expect(status.statements.at(-1)).toMatchObject({ opening: '1000.00', closing: '831.00' });
    const payouts = (await request('GET', '/v1/payouts/2026-02')).json().payouts as { creator_id: string }[];
    expect(payouts.find(({ creator_id }) => creator_id === 'cr_bea')).toMatchObject({
      ...{ state: 'sent', payout_rail: 'sepa', file_id: exported.file_id },
    });
    const shown = await request('GET', '/v1/creators/cr_bob/bank-account');
    expect(shown.json()).toMatchObject({ masked: 'NL91 … 4300', stopped_because: 'rejected; the account is closed' });
    const account = { payout_rail: 'sepa', name: 'Bob', iban: 'DE02120300000000202051' };
    const set = await request('POST', '/v1/creators/cr_bob/bank-account', { account, by: 'cleo' });
    expect(set.json()).toMatchObject({ version: 2, masked: 'DE02 … 2051', stopped_because: null, recorded_by: 'cleo' });
    const rejected = pain002(exported.order_id, [{ reference, status: 'RJCT', reason: 'AC04' }]);
    expect(await months.answer(rejected)).toMatchObject({ applied: 1, for_person: 0 });
    expect((await months.events()).at(-1)).toBe('Payout Reversed cr_bea 160.00 sepa');
    expect(await months.rejections()).toEqual([undefined, undefined, true]);
    const file = Buffer.from('something else').toString('base64');
    expect((await request('POST', '/v1/bank-answers', { content: file })).statusCode).toBe(400);
  });
});
