import { describe, expect, test } from 'vitest';
import {
  BATCH_CONTROL,
  BATCH_HEADER,
  CHANGE_ADDENDA,
  ENTRY,
  FILE_CONTROL,
  FILE_HEADER,
  RETURN_ADDENDA,
  writeRecord,
} from '../../../reports/bank/nacha-records.ts';
import { readNachaReturns } from '../../../reports/bank/read-nacha-returns.ts';
import { conformanceFile, hasConformance } from './outside-rules.ts';

interface Returned {
  readonly code: string;
  readonly transaction_code?: string;
  readonly amount?: string;
  readonly added?: string;
}

/** A file of one entry, as a bank sends it. */
function returns({ code, transaction_code = '21', amount = '12345', added = '' }: Returned): string {
  const batch = { service_class: '200', company_id: '1234567890', odfi: '02100002', batch_number: '1' };
  const sums = { count: '2', entry_hash: '12104288', credits: transaction_code === '26' ? '' : amount };
  const debits = transaction_code === '26' ? amount : '';
  const addenda = { code, original_trace: '121042880000001', original_rdfi: '02100002', trace: '021000020000001' };
  const lines = [
    writeRecord(FILE_HEADER, { created_on: '261129', created_time: '0900', file_id_modifier: 'A' }),
    writeRecord(BATCH_HEADER, { ...batch, entry_class: 'PPD', effective_on: '261130', originator_status: '1' }),
    writeRecord(ENTRY, {
      transaction_code,
      rdfi: '12104288',
      check_digit: '2',
      account: '12345678',
      amount,
      individual_id: 'E89B4697C91B93E',
      name: 'JANE DOE',
      has_addenda: '1',
      trace: '021000020000001',
    }),
    code.startsWith('C')
      ? writeRecord(CHANGE_ADDENDA, { ...addenda, corrected: added })
      : writeRecord(RETURN_ADDENDA, { ...addenda, information: added }),
    writeRecord(BATCH_CONTROL, { ...batch, ...sums, debits }),
    writeRecord(FILE_CONTROL, { batch_count: '1', block_count: '1', ...sums, debits }),
  ];
  while (lines.length < 10) lines.push('9'.repeat(94));
  return lines.map((line) => `${line}\r\n`).join('');
}

const read = (text: string) => readNachaReturns(Buffer.from(text, 'latin1'));

describe('an ACH file from the bank', () => {
  test('returns a payment by its trace number and our id, with the reason in words', () => {
    expect(read(returns({ code: 'R03', added: 'NO ACCOUNT' }))).toEqual({
      answers: [
        {
          kind: 'returned',
          reference: expect.stringMatching(/^[0-9a-f]{64}$/),
          about: 'payment',
          order_id: null,
          payment_group_id: null,
          bank_reference: 'E89B4697C91B93E',
          trace: '121042880000001',
          amount_minor: 12_345n,
          currency: 'USD',
          booked_on: '2026-11-30',
          status: '99',
          reason_code: 'R03',
          reason: 'there is no such account, or the name does not fit the number; NO ACCOUNT',
        },
      ],
      others: [],
    });
  });

  test('says what to correct, without money moving', () => {
    const [answer] = read(returns({ code: 'C02', amount: '0', added: '021000021' })).answers;
    expect(answer).toMatchObject({ kind: 'changed', amount_minor: 0n, booked_on: null, status: '98' });
    expect(answer?.reason).toBe('the routing number must be corrected; corrected: 021000021');
  });

  test.each([
    ['R02', 'returned'],
    ['R23', 'returned'],
    ['R99', 'unknown'],
    ['R67', 'unknown'],
    ['C01', 'changed'],
    ['C61', 'unknown'],
  ])('%s is %s', (code, kind) => expect(read(returns({ code })).answers.map((answer) => answer.kind)).toEqual([kind]));

  test('lists a return of a debit for a person', () => {
    const { answers, others } = read(returns({ code: 'R01', transaction_code: '26' }));
    expect([answers, others]).toEqual([
      [],
      ['The entry 021000020000001 with code 26 is no return and no change of a credit.'],
    ]);
  });

  test('gives the same references when it is read again, also without line breaks', () => {
    const file = returns({ code: 'R03' });
    expect(read(file.replaceAll('\r\n', ''))).toEqual(read(file));
    expect(read(returns({ code: 'R04' })).answers[0]?.reference).not.toBe(read(file).answers[0]?.reference);
  });

  test.each([
    ['0000012345', '0000012346', 'The credits of batch 0000001 is'],
    ['82000000020012104288', '82000000020012104289', 'The entry_hash of batch'],
    ['9000001', '9000002', 'The file says 000002 batches'],
    ['JANE', 'JAN', 'has 93 columns'],
  ])('is used as a whole or not at all: %s → %s', (from, to, sentence) => {
    expect(() => read(returns({ code: 'R03' }).replace(from, to))).toThrow(sentence);
  });

  test('that is something else is refused', () => {
    for (const text of ['', 'abc', '{"a":1}', '9'.repeat(940)]) expect(() => read(text)).toThrow('cannot be used');
  });

  test.skipIf(!hasConformance)('of returns is read as moov-io/ach reads it', () => {
    const { answers, others } = readNachaReturns(conformanceFile('nacha/ppd-return-r03.ach'));
    expect(others).toEqual([]);
    expect(answers).toEqual([
      expect.objectContaining({
        kind: 'returned',
        reason_code: 'R03',
        bank_reference: 'CREATOR-0001',
        trace: '121042880000001',
        amount_minor: 12_345n,
      }),
    ]);
  });
});
