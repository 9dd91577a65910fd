import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkNacha, readNacha } from '../../../reports/bank/check-nacha.ts';
import { writeNacha } from '../../../reports/bank/nacha.ts';
import { isRoutingNumber } from '../../../reports/bank/nacha-records.ts';
import type { AchOrder, AchPayment } from '../../../reports/bank/payment-order.ts';
import { achOrder, achPayment } from './orders.ts';
import { conformanceFile, faultsByAchkit, hasConformance } from './outside-rules.ts';

const GOLDEN = readFileSync(join(import.meta.dirname, 'golden/ach-order.ach'), 'latin1');
const textOf = (order: AchOrder): string => Buffer.from(writeNacha(order).bytes).toString('latin1');
const faultsOf = (text: string): string[] => checkNacha(Buffer.from(text, 'latin1'));

function refusalOf(order: AchOrder): string {
  try {
    writeNacha(order);
  } catch (thrown) {
    return String(thrown);
  }
  return 'written';
}

describe('an ACH file', () => {
  test('is the golden one, persons and companies in batches of their own, whatever the order of the payments', () => {
    expect(textOf(achOrder())).toBe(GOLDEN);
    expect(textOf(achOrder({ payments: achOrder().payments.toReversed() }))).toBe(GOLDEN);
  });

  test('comes with the id and the trace number of each payout', () => {
    expect(writeNacha(achOrder({ first_trace: 41 })).payments).toEqual([
      { payout_id: 'po_0123456789abcdef01234567', bank_reference: 'E89B4697C91B93E', trace: '121042880000041' },
      { payout_id: 'po_89abcdef0123456789abcdef', bank_reference: '6536B00C4D13AD4', trace: '121042880000042' },
    ]);
  });

  test('cuts off a long name and says so', () => {
    const { bytes, changes } = writeNacha(
      achOrder({ payments: [achPayment({ name: 'José Antonio Rodríguez Martínez' })] }),
    );
    expect(Buffer.from(bytes).toString('latin1')).toContain('E89B4697C91B93EJose Antonio Rodriguez  0');
    expect(changes.map(({ to, because }) => [to, because])).toEqual([
      ['Jose Antonio Rodriguez Martinez', 'transliterated'],
      ['Jose Antonio Rodriguez', 'shortened'],
    ]);
  });

  test('counts, sums and hashes any payments exactly, and reads back as they were', () => {
    const routing = fc
      .stringMatching(/^[0-9]{8}$/)
      .map(withCheckDigit)
      .filter(isRoutingNumber);
    const payment = fc.record({
      routing,
      amount_minor: fc.bigInt({ min: 1n, max: 9_999_999_999n }),
      holder: fc.constantFrom<AchPayment['holder']>('person', 'company'),
      account_kind: fc.constantFrom<AchPayment['account_kind']>('checking', 'savings'),
      remittance: fc.option(fc.constant('Royalties')),
    });
    fc.assert(
      fc.property(fc.array(payment, { minLength: 1, maxLength: 25 }), (list) => {
        const payments = list.map((drawn, at) => achPayment({ ...drawn, payout_id: `po_${100 + at}` }));
        const { bytes, payments: sent } = writeNacha(achOrder({ payments }));
        const entries = new Map(
          readNacha(bytes).batches.flatMap((batch) => batch.entries.map((entry) => [entry.trace, entry])),
        );
        for (const { payout_id, trace } of sent) {
          const entry = entries.get(trace ?? '');
          const paid = payments.find((each) => each.payout_id === payout_id);
          expect(entry && BigInt(entry.amount)).toBe(paid?.amount_minor);
          expect(entry && entry.rdfi + entry.check_digit).toBe(paid?.routing);
          expect(entry?.transaction_code).toBe(paid?.account_kind === 'savings' ? '32' : '22');
        }
        const sum = list.reduce((total, { amount_minor }) => total + amount_minor, 0n);
        const hash = list.reduce((total, each) => total + BigInt(each.routing.slice(0, 8)), 0n) % 10n ** 10n;
        const control = readNacha(bytes).control;
        expect([control?.credits, control?.entry_hash]).toEqual([
          String(sum).padStart(12, '0'),
          String(hash).padStart(10, '0'),
        ]);
      }),
      { numRuns: 30 },
    );
  });
});

test('the entry hash has the last ten digits of its sum', () => {
  const routing = withCheckDigit('99999999');
  const payments = Array.from({ length: 120 }, (_, at) => achPayment({ payout_id: `po_${100 + at}`, routing }));
  const { batches, control } = readNacha(writeNacha(achOrder({ payments })).bytes);
  expect([batches[0]?.control?.entry_hash, control?.entry_hash]).toEqual(['1999999880', '1999999880']);
});

function withCheckDigit(eight: string): string {
  const digits = '0123456789'.split('').map((digit) => eight + digit);
  return digits.find(isRoutingNumber) ?? eight;
}

describe('an order is refused as a whole, with a sentence for each fault:', () => {
  test.each<[string, Partial<AchPayment>, string]>([
    [
      'a wrong check digit',
      { routing: '021000022' },
      'creator creator-jane, routing number: it is not a routing number',
    ],
    ['a short routing number', { routing: '02100002' }, 'routing number: it is not'],
    ['a long account', { account: '1'.repeat(18) }, 'creator creator-jane, account number: it is not 1 to 17'],
    ['an account of zeros', { account: '0000' }, 'account number: it is not'],
    ['another script', { name: 'ጃኔ' }, 'creator creator-jane, name: a bank file cannot carry “ጃ”'],
    ['a long text', { remittance: 'x'.repeat(81) }, 'remittance: it has 81 characters'],
    ['euros', { currency: 'EUR' }, 'currency: it is EUR, and this file pays USD'],
    ['too much', { amount_minor: 10_000_000_000n }, 'amount: it is above 9999999999 minor units'],
  ])('%s', (_, change, sentence) => {
    const refusal = refusalOf(achOrder({ payments: [achPayment(change), achPayment({ payout_id: 'po_2' })] }));
    expect(refusal).toContain('because of 1 fault.');
    expect(refusal).toContain(sentence);
  });

  test.each<[string, Partial<AchOrder>, string]>([
    ['traces that do not fit', { first_trace: 9_999_999 }, 'the order, first_trace: the payments do not fit'],
    ['a modifier', { file_id_modifier: 'a' }, 'the order, file_id_modifier'],
    ['a company id', { debtor: { ...achOrder().debtor, company_id: '123' } }, 'the order, company_id'],
    ['a long name', { debtor: { ...achOrder().debtor, name: 'TANTIEME INCORPORATED' } }, 'the order, name: it has 21'],
  ])('%s', (_, change, sentence) => expect(refusalOf(achOrder(change))).toContain(sentence));
});

const TAMPERED: readonly [from: string, to: string, fault: string, achkit: string][] = [
  ['0000012345E8', '0000012346E8', 'The credits of batch 0000001 is', 'BAD_BATCH_CREDIT'],
  ['62202100002112345678', '62202100003112345678', 'has a wrong routing number', 'BAD_ROUTING_CHECKSUM'],
  ['8220000001000210000', '8220000001000210001', 'The entry_hash of batch 0000001', 'BAD_ENTRY_HASH'],
  ['8220000002', '8220000001', 'The count of batch 0000002', 'BAD_BATCH_COUNT'],
  ['9000002000001', '9000003000001', 'The file says 000003 batches', 'BAD_FILE_BATCH_COUNT'],
  ['9000002000001', '9000002000002', 'The file says 000002 blocks', 'BAD_BLOCK_COUNT'],
  ['JANE DOE  ', 'JANE DOE ', 'has 93 columns', 'BAD_RECORD_LEN'],
  [`${'9'.repeat(94)}\n`, '', 'It has 9 lines', 'BAD_BLOCKING'],
];

describe('the checker of the file', () => {
  test('has nothing against the golden one', () => expect(faultsOf(GOLDEN)).toEqual([]));

  test.each(TAMPERED)('%s → %s', (from, to, fault) => {
    expect(GOLDEN).toContain(from);
    expect(faultsOf(GOLDEN.replace(from, to)).join(' ')).toContain(fault);
  });

  test.each([
    ['JANE', 'JÄNE', 'outside ASCII'],
    ['62202', '62702', 'which is no credit of ours'],
    ['1121042880000002\n705', '0121042880000002\n705', 'has 1 addenda, and says 0'],
    ['0121042880000001\n8', '0121042870000001\n8', 'is not of its bank'],
    ['PPD', 'WEB', 'The entry class of batch 0000001 is WEB'],
    ['52', '72', 'is a record of type 7 where none may be'],
    [
      '1234567890                         121042880000001',
      '1234567891                         121042880000001',
      'company_id',
    ],
  ])('%s → %s', (from, to, fault) => {
    expect(GOLDEN).toContain(from);
    expect(faultsOf(GOLDEN.replace(from, to)).join(' ')).toContain(fault);
  });
});

test.skipIf(!hasConformance)('a file of ours has the form of the sample that moov-io/ach has validated', () => {
  const sample = conformanceFile('nacha/ppd-credits.ach').toString('latin1');
  expect(faultsOf(sample)).toEqual([]);
  const second = { holder: 'person', remittance: null } as const;
  const payments = achOrder().payments.map((payment) => ({ ...payment, ...second }));
  // The ids of payouts are the bank's references; the sample has others.
  const ours = textOf(achOrder({ payments })).replace('E89B4697C91B93E', 'CREATOR-0001   ');
  expect(ours.replace('6536B00C4D13AD4', 'CREATOR-0002   ')).toBe(sample);
});

const tampered = TAMPERED.map(([from, to]) => GOLDEN.replace(from, to));
const byAchkit = faultsByAchkit([GOLDEN, ...tampered]);

test.skipIf(!byAchkit)('achkit passes the golden file, and finds in tampered ones what the checker finds', () => {
  const expected = TAMPERED.map(([, , , code]) => expect.arrayContaining([code]));
  expect(byAchkit).toEqual([[], ...expected]);
});
