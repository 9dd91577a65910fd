import { describe, expect, test } from 'vitest';
import { type CamtStatement, readCamt053 } from '../../../reports/bank/read-camt053.ts';
import { faultsBySchema, hasConformance } from './outside-rules.ts';

interface Entry {
  readonly amount: string;
  readonly side?: 'DBIT' | 'CRDT';
  readonly status?: string;
  readonly reference?: string;
  /** The sub-family of the bank transaction code. */
  readonly code?: string;
  readonly reversal?: boolean;
  readonly batch?: string;
  readonly details?: string;
}

const entry = ({
  amount,
  side = 'DBIT',
  status = 'BOOK',
  reference,
  code = 'ESCT',
  reversal,
  batch = '',
  details = '',
}: Entry): string =>
  `<Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${side}</CdtDbtInd>${reversal ? '<RvslInd>true</RvslInd>' : ''}<Sts><Cd>${status}</Cd></Sts>
<BookgDt><Dt>2026-12-01</Dt></BookgDt><ValDt><Dt>2026-12-01</Dt></ValDt>${reference ? `<AcctSvcrRef>${reference}</AcctSvcrRef>` : ''}
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>${code}</SubFmlyCd></Fmly></Domn></BkTxCd>
${batch || details ? `<NtryDtls>${batch && `<Btch>${batch}</Btch>`}${details}</NtryDtls>` : ''}</Ntry>`;

const detail = (id: string, amount = '', reason = ''): string =>
  `<TxDtls><Refs><EndToEndId>${id}</EndToEndId></Refs>${amount && `<Amt Ccy="EUR">${amount}</Amt>`}${
    reason && `<RtrInf><Rsn><Cd>${reason}</Cd></Rsn></RtrInf>`
  }</TxDtls>`;

const balance = (code: string, amount: string, side = 'CRDT'): string =>
  `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${side}</CdtDbtInd><Dt><Dt>2026-12-01</Dt></Dt></Bal>`;

interface Statement {
  readonly id?: string;
  readonly sequence?: number;
  readonly balances?: string;
  readonly entries: string;
}

const statement = ({
  id = 'S-1',
  sequence = 7,
  balances = balance('OPBD', '1000.00') + balance('CLBD', '876.55'),
  entries,
}: Statement): string =>
  `<Stmt><Id>${id}</Id><ElctrncSeqNb>${sequence}</ElctrncSeqNb><CreDtTm>2026-12-02T06:00:00</CreDtTm>
<Acct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id></Acct>${balances}${entries}</Stmt>`;

const file = (statements: string, version = '08'): Buffer =>
  Buffer.from(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}"><BkToCstmrStmt>
<GrpHdr><MsgId>M</MsgId><CreDtTm>2026-12-02T06:00:00</CreDtTm></GrpHdr>${statements}</BkToCstmrStmt></Document>`);

/** One statement that leads from 1000.00 by these entries to a closing balance. */
function read(entries: string, closing: string): CamtStatement {
  const balances = balance('OPBD', '1000.00') + balance('CLBD', closing);
  const [only] = readCamt053(file(statement({ balances, entries })));
  if (!only) throw new Error('There is a statement.');
  expect(only.faults).toEqual([]);
  return only;
}

/** `payment po-1 booked 12345`. */
const answered = ({ answers }: CamtStatement): string[] =>
  answers.map(({ about, bank_reference, payment_group_id, order_id, kind, amount_minor, reason_code }) =>
    [about, bank_reference ?? payment_group_id ?? order_id, kind, amount_minor, reason_code].filter(Boolean).join(' '),
  );

const SINGLE = entry({ amount: '123.45', reference: 'B1', details: detail('po-1') });

describe('an entry of an account statement', () => {
  test('confirms a single payment by its end-to-end id', () => {
    const single = read(SINGLE, '876.55');
    expect(answered(single)).toEqual(['payment po-1 booked 12345']);
    expect(single.answers[0]).toMatchObject({ booked_on: '2026-12-01', currency: 'EUR', status: 'BOOK', reason: null });
  });

  test('confirms each payment of a sum that is taken apart', () => {
    const details = detail('po-1', '100.00') + detail('po-2', '23.45');
    const batch = '<PmtInfId>2026-01-1</PmtInfId><NbOfTxs>2</NbOfTxs>';
    const apart = read(entry({ amount: '123.45', batch, details }), '876.55');
    expect(answered(apart)).toEqual(['payment po-1 booked 10000', 'payment po-2 booked 2345']);
  });

  test('takes NOTPROVIDED for no id at all', () => {
    const refs = '<Refs><MsgId>NOTPROVIDED</MsgId><PmtInfId>NOTPROVIDED</PmtInfId>';
    const details = detail('po-1').replace('<Refs>', refs);
    const [answer] = read(entry({ amount: '123.45', details }), '876.55').answers;
    expect(answer).toMatchObject({ bank_reference: 'po-1', order_id: null, payment_group_id: null });
  });

  test.each([
    ['has no details', '<PmtInfId>2026-01-1</PmtInfId><NbOfTxs>2</NbOfTxs>', ''],
    ['shows one payment of two', '<PmtInfId>2026-01-1</PmtInfId><NbOfTxs>2</NbOfTxs>', detail('po-1')],
    ['shows less than its sum', '<PmtInfId>2026-01-1</PmtInfId>', detail('po-1', '100.00')],
    [
      'shows a payment without an id',
      '<PmtInfId>2026-01-1</PmtInfId>',
      detail('po-1', '23.45') + detail('NOTPROVIDED', '100.00'),
    ],
  ])('confirms a group as one sum if it %s', (_, batch, details) => {
    expect(answered(read(entry({ amount: '123.45', batch, details }), '876.55'))).toEqual([
      'group 2026-01-1 booked 12345',
    ]);
  });

  test('confirms an order where the bank names only the message', () => {
    const batch = '<MsgId>2026-01-1</MsgId>';
    expect(answered(read(entry({ amount: '123.45', batch }), '876.55'))).toEqual(['order 2026-01-1 booked 12345']);
  });

  test('returns a payment, less what the bank keeps, with the reason in words', () => {
    const details = detail('po-1', '123.45', 'AC04');
    const back = read(entry({ amount: '122.00', side: 'CRDT', code: 'RRTN', details }), '1122.00');
    expect(answered(back)).toEqual(['payment po-1 returned 12200 AC04']);
    expect(back.answers[0]?.reason).toBe('the account is closed');
  });

  test.each([
    ['a reversal', { reversal: true, details: detail('po-1') }, 'payment po-1 returned 500'],
    ['a code alone', { code: 'RRTN', details: detail('po-1') }, 'payment po-1 returned 500'],
    ['an unknown reason', { details: detail('po-1', '', 'ZZ99') }, 'payment po-1 returned 500 ZZ99'],
  ])('returns a payment by %s', (_, change, answer) => {
    expect(answered(read(entry({ amount: '5.00', side: 'CRDT', ...change }), '1005.00'))).toEqual([answer]);
  });

  test.each<[string, Entry, string, string]>([
    [
      'money of a buyer',
      { amount: '5.00', side: 'CRDT', details: detail('their-1') },
      '1005.00',
      'is no payment of ours and no return',
    ],
    [
      'a reversed credit',
      { amount: '5.00', reversal: true, details: detail('their-1') },
      '995.00',
      'is no payment of ours and no return',
    ],
    ['a debit without a name', { amount: '5.00', reference: 'D-1' }, '995.00', 'The debit D-1 names no payment'],
    [
      'a fee for a payment',
      { amount: '5.00', reference: 'FEE-1', code: 'CHRG', details: detail('po-1') },
      '995.00',
      'The entry FEE-1 is a charge of the bank',
    ],
    [
      'a return of a group',
      { amount: '5.00', side: 'CRDT', code: 'RRTN', batch: '<PmtInfId>2026-01-1</PmtInfId>' },
      '1005.00',
      'does not name each payment',
    ],
    ['information', { amount: '5.00', status: 'INFO', details: detail('po-1') }, '1000.00', 'is for information only'],
  ])('is listed for a person if it is %s', (_, what, closing, sentence) => {
    const listed = read(entry(what), closing);
    expect(listed.answers).toEqual([]);
    expect(listed.others).toMatchObject([{ sentence: expect.stringContaining(sentence), isFee: what.code === 'CHRG' }]);
  });

  test.each([
    ['PDNG', 'pending'],
    ['FUTR', 'pending'],
    ['XXXX', 'unknown'],
  ])('with the status %s is %s, and in no balance', (status, kind) => {
    const [answer] = read(entry({ amount: '123.45', status, details: detail('po-1') }), '1000.00').answers;
    expect([answer?.kind, answer?.booked_on]).toEqual([kind, null]);
  });
});

describe('the reference of an answer', () => {
  const referencesOf = (entries: string, closing: string): string[] =>
    read(entries, closing).answers.map(({ reference }) => reference);

  test('is the same in another statement, of another version, that repeats the entry', () => {
    const balances = balance('PRCD', '123.45') + balance('CLBD', '0');
    const [again] = readCamt053(file(statement({ id: 'S-2', sequence: 99, balances, entries: SINGLE }), '02'));
    expect(again?.answers).toEqual(read(SINGLE, '876.55').answers);
  });

  test('is another for each entry, also without a reference of the bank', () => {
    const same = { amount: '10.00', batch: '<PmtInfId>2026-01-1</PmtInfId>' };
    const bookings = referencesOf(entry(same) + entry(same) + entry({ ...same, reference: 'B9' }), '970.00');
    expect(new Set(bookings).size).toBe(3);
    expect(referencesOf(entry(same) + entry(same), '980.00')).toEqual(bookings.slice(0, 2));
  });
});

describe('a statement', () => {
  test.each([
    [
      'an entry was left out',
      balance('OPBD', '1000.00') + balance('CLBD', '800.00'),
      SINGLE,
      'lead from 1000.00 EUR to 876.55 EUR, and it closes with 800.00 EUR',
    ],
    ['there is no closing balance', balance('OPBD', '1000.00'), SINGLE, 'it has no opening and closing balance'],
    [
      'an amount is none',
      undefined,
      SINGLE.replace('123.45', '123,45'),
      'Entry 1 of the statement S-1 cannot be read: its amount “123,45” is not',
    ],
    [
      'an amount of a transaction is none',
      undefined,
      entry({ amount: '123.45', details: detail('po-1', '1.234') }),
      'Entry 1 of the statement S-1 cannot be read: 1.234 EUR',
    ],
    ['a day is none', undefined, SINGLE.replace('2026-12-01', '2026-02-30'), 'its BookgDt “2026-02-30” is no day'],
    ['an entry has no side', undefined, SINGLE.replace('DBIT', 'X'), 'its CdtDbtInd is X'],
    ['an entry has another currency', undefined, SINGLE.replace('EUR', 'USD'), 'several currencies'],
  ])('is not used if %s, and the others are', (_, balances, entries, sentence) => {
    const [wrong, right] = readCamt053(
      file(
        statement({ ...(balances ? { balances } : {}), entries }) +
          statement({ id: 'S-2', sequence: 8, entries: SINGLE }),
      ),
    );
    expect(wrong?.faults.join(' ')).toContain(sentence);
    expect(wrong?.answers).toEqual([]);
    expect(right && answered(right)).toEqual(['payment po-1 booked 12345']);
  });

  test('may be overdrawn, and come in pages', () => {
    const pages = [
      statement({ balances: balance('OPBD', '100.00') + balance('ITBD', '23.45', 'DBIT'), entries: SINGLE }),
      statement({ balances: balance('ITBD', '23.45', 'DBIT') + balance('ITBD', '146.90', 'DBIT'), entries: SINGLE }),
      statement({ balances: balance('ITBD', '146.90', 'DBIT') + balance('CLBD', '270.35', 'DBIT'), entries: SINGLE }),
    ];
    expect(readCamt053(file(pages.join(''))).map(({ faults, warnings }) => [faults, warnings])).toEqual([
      [[], []],
      [[], []],
      [[], []],
    ]);
  });

  test('warns of a gap in the numbers, in the file and since the last one', () => {
    const two = file(statement({ entries: SINGLE }) + statement({ id: 'S-9', sequence: 9, entries: SINGLE }));
    const warningsSince = (last: bigint): number[] =>
      readCamt053(two, new Map([['FR1420041010050500013M02606', last]])).map(({ warnings }) => warnings.length);
    expect([warningsSince(6n), warningsSince(5n), warningsSince(7n), warningsSince(365n)]).toEqual([
      [0, 1],
      [1, 1],
      [0, 1],
      [0, 1],
    ]);
    expect(readCamt053(two)[1]?.warnings[0]).toContain(
      'missing before S-9: its number is 9, and the last one read is 7',
    );
  });

  test('is refused if it is none', () => {
    expect(() => readCamt053(Buffer.from('<Document><BkToCstmrAcctRpt/></Document>'))).toThrow(
      'it is no BkToCstmrStmt (camt.053)',
    );
  });

  test('of the first versions has its status as a text and its amounts among details', () => {
    const older = (id: string, amount: string): string =>
      `<TxDtls><Refs><EndToEndId>${id}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">${amount}</Amt></TxAmt></AmtDtls></TxDtls>`;
    const entries = entry({ amount: '123.45', details: older('po-1', '100') + older('po-2', '23.45') }).replace(
      '<Cd>BOOK</Cd>',
      'BOOK',
    );
    const [first] = readCamt053(file(statement({ entries }), '02'));
    expect(first && answered(first)).toEqual(['payment po-1 booked 10000', 'payment po-2 booked 2345']);
  });

  test.skipIf(!hasConformance)('has the form of the schema here', async () => {
    const batch = '<MsgId>a</MsgId><PmtInfId>b</PmtInfId><NbOfTxs>1</NbOfTxs>';
    const back = entry({ amount: '1', side: 'CRDT', reversal: true, details: detail('po-1', '2.00', 'AC04') });
    const entries = `${SINGLE}${entry({ amount: '5', batch, details: detail('x', '5') })}${back}`;
    expect(await faultsBySchema('camt053/camt.053.001.08.xsd', [file(statement({ entries }))])).toEqual([]);
  });
});
