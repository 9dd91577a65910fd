import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPain001 } from '../../../reports/bank/check-pain001.ts';
import { writePain001 } from '../../../reports/bank/pain001.ts';
import type { SepaOrder } from '../../../reports/bank/payment-order.ts';
import { elementAt, elementsAt, parseXml, textAt } from '../../../reports/bank/xml.ts';
import { sepaOrder, sepaPayment } from './orders.ts';
import { faultsBySchema, hasConformance } from './outside-rules.ts';

const GOLDEN = readFileSync(join(import.meta.dirname, 'golden/sepa-order.xml'), 'utf8');
const textOf = (order: SepaOrder): string => Buffer.from(writePain001(order).bytes).toString();
const faultsOf = (xml: string): string[] => checkPain001(Buffer.from(xml));

/** The sentence with which an order is refused. */
function refusalOf(order: SepaOrder): string {
  try {
    writePain001(order);
  } catch (thrown) {
    return String(thrown);
  }
  return 'written';
}

describe('a pain.001 file', () => {
  test('is the golden one, whatever the order of the payments', () => {
    const { payments } = sepaOrder();
    expect(textOf(sepaOrder())).toBe(GOLDEN);
    expect(textOf(sepaOrder({ payments: payments.toReversed() }))).toBe(GOLDEN);
  });

  test('comes with what was changed in its texts, and how the bank will name each payout', () => {
    const { changes, payments } = writePain001(sepaOrder());
    expect(changes).toEqual([
      {
        creator_id: 'creator-zoe',
        field: 'name',
        from: 'Zoë Müller & Søn',
        to: 'Zoe Muller + Son',
        because: 'transliterated',
      },
    ]);
    expect(payments[0]).toEqual({
      payout_id: 'po_0123456789abcdef01234567',
      bank_reference: 'po-0123456789abcdef01234567',
      trace: null,
    });
  });

  test('counts and sums any amounts exactly, and reads back as they were', () => {
    const amounts = fc.array(fc.bigInt({ min: 1n, max: 99_999_999_999n }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(amounts, (list) => {
        const payments = list.map((amount_minor, at) => sepaPayment({ payout_id: `po_${1000 + at}`, amount_minor }));
        const group = elementAt(parseXml(writePain001(sepaOrder({ payments })).bytes, 'It'), 'CstmrCdtTrfInitn/PmtInf');
        const read = group ? elementsAt(group, 'CdtTrfTxInf/Amt/InstdAmt').map(({ text }) => text) : [];
        expect(read.map((text) => BigInt(text.replace('.', '')))).toEqual(list);
        expect(group && textAt(group, 'NbOfTxs')).toBe(String(list.length));
        const sum = list.reduce((total, amount) => total + amount, 0n);
        expect(group && BigInt((textAt(group, 'CtrlSum') ?? '').replace('.', ''))).toBe(sum);
      }),
      { numRuns: 30 },
    );
  });

  test('without a BIC and with addresses outside the EEA has no fault by its own checker', () => {
    const address = { street: null, building: null, postcode: null, town: 'Bern', country: 'CH', lines: ['Haus 3'] };
    const debtor = { ...sepaOrder().debtor, bic: null, address };
    const payments = [sepaPayment({ iban: 'CH9300762011623852957', address, remittance: 'Εύχαριστώ & "ok"' })];
    const text = textOf(sepaOrder({ debtor, payments, book_as_one: false }));
    expect(text).toContain('<Id>NOTPROVIDED</Id>');
    expect(text).toContain("<Ustrd>Eycharisto + 'ok'</Ustrd>");
  });
});

describe('an order is refused as a whole, with a sentence for each fault:', () => {
  const long = 'Verein der Freunde und Förderer der neuen digitalen Klangkunst in Mitteleuropa e.V.';
  test.each<[string, Partial<Parameters<typeof sepaPayment>[0]>, string]>([
    ['wrong check digits', { iban: 'DE89370400440532013001' }, 'creator creator-ana, IBAN: its check digits are wrong'],
    ['too short', { iban: 'DE893704004405320130' }, 'creator creator-ana, IBAN: it has 20 characters'],
    ['a country outside', { iban: 'UA213223130000026007233566001' }, 'IBAN: its country UA is not in SEPA'],
    ['blanks', { iban: 'DE89 3704 0044 0532 0130 00' }, 'IBAN: it is not an IBAN in electronic form'],
    ['a BIC', { bic: 'ABC' }, 'creator creator-ana, BIC: it is not a BIC'],
    ['another script', { name: '李小龍' }, 'creator creator-ana, name: a bank file cannot carry “李” (U+674E), “小”'],
    ['a control character', { remittance: 'a\nb' }, 'remittance: a bank file cannot carry (U+000A)'],
    ['a long name', { name: long }, 'creator creator-ana, name: it has 83 characters in a bank file, which carries 70'],
    ['a name of signs', { name: '***' }, 'name: it has no letter and no digit'],
    ['a long text', { remittance: 'x'.repeat(141) }, 'remittance: it has 141 characters'],
    ['dollars', { currency: 'USD' }, 'currency: it is USD, and this file pays EUR'],
    ['nothing', { amount_minor: 0n }, 'amount: it is not positive'],
    ['too much', { amount_minor: 100_000_000_000n }, 'amount: it is above 99999999999 minor units'],
    [
      'Switzerland',
      { iban: 'CH9300762011623852957' },
      'the order, address: it is missing, and an account outside the EEA',
    ],
  ])('%s', (_, change, sentence) => {
    const refusal = refusalOf(sepaOrder({ payments: [sepaPayment(change), sepaPayment({ payout_id: 'po_2' })] }));
    expect(refusal).toContain('No bank file was written for the order 2026-01-1, because of 1 fault.');
    expect(refusal).toContain(sentence);
    if (change?.iban) expect(refusal).not.toContain(change.iban);
  });

  test.each<[string, Partial<SepaOrder>, string]>([
    ['an id with //', { order_id: 'a//b' }, 'the order, order_id: it begins or ends with / or has //'],
    ['a long id', { order_id: 'x'.repeat(36) }, 'order_id: it is not 1 to 35'],
    ['a day that does not exist', { execution_on: '2027-02-30' }, 'execution_on: it is not a day'],
    ['a day before', { execution_on: '2026-11-27' }, 'execution_on: it is before the day'],
    ['no payments', { payments: [] }, 'payments: there are none'],
    [
      'one twice',
      { payments: [sepaPayment(), sepaPayment()] },
      'payout_id: po_0123456789abcdef01234567 is there twice',
    ],
  ])('%s', (_, change, sentence) => expect(refusalOf(sepaOrder(change))).toContain(sentence));

  test.each<[string, object, string]>([
    ['no town', { town: ' ' }, 'address, town: it has no letter'],
    ['no country', { country: 'Germany' }, 'address: its country is not a code of two letters'],
    ['three lines', { lines: ['a', 'b', 'c'] }, 'address: it has more than two lines'],
    ['a town said twice', { lines: ['10115 berlin Mitte'] }, 'address: its lines repeat “Berlin”'],
  ])('an address with %s', (_, change, sentence) => {
    const address = {
      street: null,
      building: null,
      postcode: null,
      town: 'Berlin',
      country: 'DE',
      lines: [],
      ...change,
    };
    expect(refusalOf(sepaOrder({ payments: [sepaPayment({ address })] }))).toContain(sentence);
  });

  test('all faults at once', () => {
    const payments = [sepaPayment({ iban: 'X', amount_minor: -1n }), sepaPayment({ payout_id: 'po_2', name: '🎵' })];
    expect(refusalOf(sepaOrder({ payments }))).toContain('because of 3 faults.');
  });
});

/** Each passes the schema, or could come from another program. */
const TAMPERED: readonly [from: string, to: string, fault: string][] = [
  [
    '<InstdAmt Ccy="EUR">123.45',
    '<InstdAmt Ccy="EUR">123.46',
    'CtrlSum in GrpHdr is 125.95, and the amounts make 12596 cents.',
  ],
  ['<NbOfTxs>2', '<NbOfTxs>3', 'NbOfTxs in GrpHdr is 3, and there are 2.'],
  ['Ana Petrova', 'Ana Petrova 🎵', 'Nm has characters outside SEPA'],
  ['Ana Petrova', 'A'.repeat(71), 'Nm is wrong: it has 71 characters'],
  ['Royalties January 2026', 'é', 'Ustrd has characters outside'],
  ['<TwnNm>Amsterdam</TwnNm>', '', 'An address is wrong: it has no town'],
  ['<AdrLine>Studio 4', '<AdrLine>1015 DV', 'An address is wrong: its lines repeat “1015 DV”'],
  ['DE89370400440532013000', 'DE88370400440532013000', 'IBAN is wrong: its check digits are wrong'],
  ['po-89abcdef0123456789abcdef', 'po-0123456789abcdef01234567', 'po-0123456789abcdef01234567 is there twice'],
  ['<ChrgBr>SLEV', '<ChrgBr>SHAR', 'ChrgBr is SHAR, and SEPA takes only SLEV.'],
  ['<Cd>SEPA', '<Cd>URGP', 'PmtTpInf/SvcLvl/Cd is URGP'],
  ['Ccy="EUR">2.50', 'Ccy="USD">2.50', 'InstdAmt is in USD'],
  ['<MsgId>2026-01-1', '<MsgId>/2026-01-1', 'MsgId is wrong: it begins or ends with /'],
  ['<Dt>2026-12-01</Dt>', '<DtTm>2026-12-01T10:00:00</DtTm>', 'SEPA does not use the element DtTm.'],
  ['<RmtInf>', '<InstrForDbtrAgt>Now</InstrForDbtrAgt><RmtInf>', 'SEPA does not use the element InstrForDbtrAgt.'],
];

describe('the checker of the file', () => {
  test('has nothing against the golden one', () => expect(faultsOf(GOLDEN)).toEqual([]));

  test.each(TAMPERED)('%s → %s', (from, to, fault) => {
    expect(GOLDEN).toContain(from);
    expect(faultsOf(GOLDEN.replace(from, to)).join(' ')).toContain(fault);
  });

  test('refuses a file that is none, or has entities', () => {
    expect(faultsOf('<Document/>').join(' ')).toContain('is not of urn:iso');
    expect(faultsOf(GOLDEN.replace('\n', '\n<!DOCTYPE Document [<!ENTITY a "b">]>\n'))).toHaveLength(1);
    expect(faultsOf('not XML')).toHaveLength(1);
    const empty = '<GrpHdr><NbOfTxs>0</NbOfTxs><CtrlSum>0</CtrlSum></GrpHdr>';
    const without = (header: string): string =>
      `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>${header}</CstmrCdtTrfInitn></Document>`;
    expect(faultsOf(without(empty))).toEqual(['The file has no payment.']);
    expect(faultsOf(without(''))).toContain('GrpHdr is missing.');
  });
});

describe.skipIf(!hasConformance)('the schema of ISO 20022', () => {
  const SCHEMA = 'pain001/pain.001.001.09.xsd';

  test('passes our files and tampered ones that the rules refuse, and refuses a broken one', async () => {
    const address = { street: 'a', building: '1', postcode: 'b', town: 'Bern', country: 'CH', lines: ['c', 'd'] };
    const payments = [sepaPayment({ iban: 'CH9300762011623852957', bic: 'POFICHBEXXX', address, remittance: null })];
    const other = textOf(sepaOrder({ debtor: { ...sepaOrder().debtor, bic: null, address }, payments }));
    const broken = GOLDEN.replace('<PmtMtd>TRF</PmtMtd>', '');
    const passing = TAMPERED.map(([from, to]) => GOLDEN.replace(from, to));
    const files = [broken, GOLDEN, other, ...passing].map((text) => Buffer.from(text));
    const faults = await faultsBySchema(SCHEMA, files);
    expect(faults).toEqual([
      expect.stringMatching(/^file-1\.xml.*Expected is.*PmtMtd/),
      'file-1.xml fails to validate',
    ]);
  });
});
