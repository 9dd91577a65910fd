import { afterAll, beforeAll, expect, test } from 'vitest';
import { approvePayouts } from '../../../../../jobs/payouts/approve-payouts.ts';
import { planPayouts } from '../../../../../jobs/payouts/plan-payouts.ts';
import { readBankFile } from '../../../../../jobs/payouts/rails/bank/bank-files.ts';
import { bankStatus } from '../../../../../jobs/payouts/rails/bank/bank-status.ts';
import { exportPayouts } from '../../../../../jobs/payouts/rails/bank/export-payouts.ts';
import { resolveBankFile } from '../../../../../jobs/payouts/rails/bank/resolve-file.ts';
import { sendPayouts } from '../../../../../jobs/payouts/send-payouts.ts';
import { runJob } from '../../../../../jobs/run-job.ts';
import { Conflict, Rejected } from '../../../../../warehouse/errors.ts';
import { parsePeriod } from '../../../../../warehouse/period.ts';
import { camt053, pain002 } from './answers.ts';
import { BankMonths, DEBTOR_IBAN, type ExportedFile } from './bank-months.ts';

let months: BankMonths;
let file: ExportedFile;
beforeAll(async () => {
  months = await BankMonths.open();
  await months.close();
  await months.approve();
  [file] = (await months.export('sepa')) as [ExportedFile];
});
afterAll(() => months[Symbol.asyncDispose]());

const resolve = (file_id: string, outcome: string, by: string, because = 'The portal of the bank has no such file.') =>
  months.run(resolveBankFile, { options: { file_id, outcome, because }, by });
const statement = { account: DEBTOR_IBAN, opening: '1000.00', closing: '720.00', sequence: 1 };

test('the exporter does not resolve a file, and the store refuses it too', async () => {
  await expect(resolve(file.file_id, 'never_taken', ' ADA')).rejects.toThrow(Rejected);
  await expect(resolve(file.file_id, 'never_taken', 'ben', ' ')).rejects.toThrow(Rejected);
  const row = { file_id: file.file_id, outcome: 'never_taken', sentence: 'x', resolved_by: 'Ada ' } as const;
  const values = { ...row, resolved_at: '2026-02-03T10:00:00.000Z', run_id: 'run' };
  await expect(months.operational.insertInto('payout_file_resolutions').values(values).execute()).rejects.toThrow(
    'cannot be resolved',
  );
});

test('what the bank never took is owed again and comes into a new file; the old one is not handed out any more', async () => {
  expect(await resolve(file.file_id, 'never_taken', 'ben')).toMatchObject({ payouts: 2, was_resolved_before: false });
  expect(await resolve(file.file_id, 'never_taken', 'ben')).toMatchObject({ payouts: 0, was_resolved_before: true });
  await expect(resolve(file.file_id, 'taken', 'ben')).rejects.toThrow(Conflict);
  expect(await months.logs()).toEqual(['bea: intent, key_spent, failed', 'bob: intent, key_spent, failed']);
  expect((await months.events()).toSorted()).toEqual(['Payout Failed cr_bea 160.00', 'Payout Failed cr_bob 120.00']);
  await expect(readBankFile(months.services, file.file_id)).rejects.toThrow(Conflict);
  await expect(months.operational.deleteFrom('payout_file_resolutions').execute()).rejects.toThrow('only added');
  await months.run(sendPayouts, { period: '2026-01' });
});

test('what the bank says of such a file after all is for a person', async () => {
  const entries = [{ amount: '280.00', side: 'DBIT', reference: 'A1', group: file.order_id }] as const;
  const booked = await months.answer(camt053({ ...statement, entries }));
  expect(booked).toMatchObject({ applied: 0, for_person: 1, look_at: [expect.stringContaining('paid twice')] });
  const { reference } = await months.referenceOf('cr_bea');
  const report = pain002(file.order_id, [{ reference, status: 'ACSC' }], { group: 'ACTC' });
  expect(await months.answer(report)).toMatchObject({ applied: 0, for_person: 2 });
});

test('what the bank has taken is sent without a statement, by ACH, and is not late then', async () => {
  // The store is free while keys are wrapped, which a key service may do slowly.
  const services = months.servicesWrapping(() => months.operational.selectFrom('payout_files').selectAll().execute());
  await runJob(services, {
    job: exportPayouts,
    period: parsePeriod('2026-01'),
    options: { rail: 'ach' },
    startedBy: 'ada',
  });
  const [ach] = (await months.export('ach')) as [ExportedFile];
  expect(await resolve(ach.file_id, 'taken', 'ben')).toMatchObject({ payouts: 1 });
  expect((await months.logs()).at(-1)).toBe('cid: intent, sent');
  months.harness.setTime('2026-02-20T00:00:00.000Z');
  const { files, look_at } = await bankStatus(months.services);
  expect(files.map(({ resolved }) => resolved)).toEqual(['taken', 'never_taken']);
  expect(look_at.filter((sentence) => sentence.startsWith('No statement'))).toEqual([]);
  await expect(resolve(ach.file_id, 'never_taken', 'ben')).rejects.toThrow(Conflict);
});

test('is planned in the next batch, whose file is not never taken once the bank pays it', async () => {
  months.harness.setTime('2026-02-03T15:00:00.000Z');
  await months.run(planPayouts, { period: '2026-01', by: 'ada' });
  await months.run(approvePayouts, { period: '2026-01', by: 'ben' });
  const files = await months.export('sepa');
  expect(files).toMatchObject([{ order_id: '2026-01-2-S1', amount: '280.00', payments: 2 }]);
  const [again] = files as [ExportedFile];
  const { reference } = await months.referenceOf('cr_bea');
  await months.answer(pain002(again.order_id, [{ reference, status: 'ACSC' }]));
  await expect(resolve(again.file_id, 'never_taken', 'ben')).rejects.toThrow('because the bank has it');
});

test('a batch that is booked as a whole, with what the bank has rejected of it, matches once that is given back', async () => {
  const { reference } = await months.referenceOf('cr_bob');
  await months.answer(pain002('2026-01-2-S1', [{ reference, status: 'RJCT', reason: 'AC04' }]));
  const whole = { amount: '280.00', side: 'DBIT', reference: 'G1', group: '2026-01-2-S1' } as const;
  const back = { amount: '120.00', side: 'CRDT', reference: 'G2', payment: reference, reason: 'AC04' } as const;
  expect(await months.answer(camt053({ ...statement, entries: [whole] }))).toMatchObject({ applied: 1, for_person: 0 });
  const ofRejects = async () =>
    (await bankStatus(months.services)).look_at.filter((sentence) => sentence.includes('120.00 EUR'));
  expect(await ofRejects()).toHaveLength(1);
  const credited = { ...statement, opening: '720.00', closing: '840.00', sequence: 2 };
  const given = await months.answer(camt053({ ...credited, entries: [back] }));
  expect(given).toMatchObject({ unchanged: 1, for_person: 0 });
  expect(await ofRejects()).toEqual([]);
});
