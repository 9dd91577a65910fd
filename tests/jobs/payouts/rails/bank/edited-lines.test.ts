import { afterAll, beforeAll, expect, test } from 'vitest';
import { bankStatus } from '../../../../../jobs/payouts/rails/bank/bank-status.ts';
import { resolveBankFile } from '../../../../../jobs/payouts/rails/bank/resolve-file.ts';
import { Conflict } from '../../../../../warehouse/errors.ts';
import type { PayoutLinesTable } from '../../../../../warehouse/operational/payout-tables.ts';
import { camt053 } from './answers.ts';
import { BankMonths, DEBTOR_IBAN, type ExportedFile } from './bank-months.ts';

/** Lines of the control store that somebody edits after they were exported. */
let months: BankMonths;
let file: ExportedFile;
let approved: PayoutLinesTable;
beforeAll(async () => {
  months = await BankMonths.open();
  await months.close();
  await months.approve();
  [file] = (await months.export('sepa')) as [ExportedFile];
  approved = await lineOf('cr_bob');
});
afterAll(() => months[Symbol.asyncDispose]());

async function edit(creator_id: string, changes: Partial<PayoutLinesTable>): Promise<void> {
  await months.operational.updateTable('payout_lines').set(changes).where('creator_id', '=', creator_id).execute();
}

async function lineOf(creator_id: string): Promise<PayoutLinesTable> {
  const lines = months.operational.selectFrom('payout_lines').selectAll().where('creator_id', '=', creator_id);
  return lines.executeTakeFirstOrThrow();
}

/** What is reported of entries of the bank: `edited_line cr_bea 0.00`. */
async function entries(): Promise<string[]> {
  const reported = months.operational.selectFrom('outbox').select('properties');
  const rows = await reported.where('event', '=', 'Bank Entry Recorded').orderBy('entry').execute();
  return rows.map(({ properties }) => {
    const { bank_entry_kind, creator_id, bank_amount } = properties as Record<string, string>;
    return [bank_entry_kind, creator_id, bank_amount].join(' ');
  });
}

const statement = { account: DEBTOR_IBAN, opening: '1000.00', closing: '720.00', sequence: 1 };

test('what was exported is recorded, not what the line says since, and it is a break with both amounts', async () => {
  await edit('cr_bea', { amount_minor: 999_00n });
  const body = approved.body?.replace('cr_bob', 'cr_bea') ?? null;
  await edit('cr_bob', { body, account_id_stripe: 'ba_another', currency: 'ZZZ' });
  const before = (await bankStatus(months.services)).look_at;
  expect(before.toSorted()).toEqual([
    expect.stringMatching(
      /says 12000 minor units of "ZZZ", and 120\.00 EUR were exported.*nothing of the answer is recorded for it/,
    ),
    expect.stringContaining('it says 999.00 EUR, and 160.00 EUR were exported. What was exported is recorded'),
  ]);
  await expect(
    months.run(resolveBankFile, {
      options: { file_id: file.file_id, outcome: 'taken', because: 'The portal shows it.' },
      by: 'ben',
    }),
  ).rejects.toThrow(Conflict);
  const booked = { amount: '280.00', side: 'DBIT', reference: 'B1', group: file.order_id } as const;
  expect(await months.answer(camt053({ ...statement, entries: [booked] }))).toMatchObject({ for_person: 1 });
  expect(await months.logs()).toEqual(['bea: intent, sent, confirmed', 'bob: intent']);
  expect(await months.events()).toEqual(['Payout Sent cr_bea 160.00 sepa']);
  expect((await entries()).toSorted()).toEqual([
    'edited_line cr_bea 0.00',
    'edited_line cr_bob -120.00',
    'payout cr_bea -160.00',
  ]);
});

test('what comes back is what was exported, and stops neither the file nor the others', async () => {
  const bea = await months.referenceOf('cr_bea');
  const back = { amount: '160.00', side: 'CRDT', reference: 'R1', payment: bea.reference, reason: 'AC04' } as const;
  const fee = { amount: '2.00', side: 'DBIT', reference: 'R2' } as const;
  const next = camt053({ ...statement, opening: '720.00', closing: '878.00', sequence: 2, entries: [back, fee] });
  expect(await months.answer(next)).toMatchObject({ for_person: 1 });
  expect(await months.logs()).toEqual(['bea: intent, sent, confirmed, reversed', 'bob: intent']);
  expect((await months.events()).at(-1)).toBe('Payout Reversed cr_bea 160.00 sepa');
});

test('a line that is put right is recorded once its file is resolved', async () => {
  const { body, account_id_stripe, currency } = approved;
  await edit('cr_bob', { body, account_id_stripe, currency });
  const options = { file_id: file.file_id, outcome: 'taken', because: 'The statement has it.' };
  expect(await months.run(resolveBankFile, { options, by: 'ben' })).toMatchObject({ payouts: 1 });
  expect((await months.events()).at(-1)).toBe('Payout Sent cr_bob 120.00 sepa');
});
