import { describe, expect, test } from 'vitest';
import type { BankAnswer } from '../../../reports/bank/bank-answer.ts';
import { readPain002 } from '../../../reports/bank/read-pain002.ts';
import { faultsBySchema, hasConformance } from './outside-rules.ts';

interface Report {
  readonly version?: string;
  readonly message?: string;
  readonly order?: string;
  readonly about?: string;
  readonly groups?: string;
}

function report({
  version = '12',
  message = 'BANK-1',
  order = '',
  about = 'pain.001.001.09',
  groups = '',
}: Report): Buffer {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.${version}"><CstmrPmtStsRpt>
<GrpHdr><MsgId>${message}</MsgId><CreDtTm>2026-11-28T10:00:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>2026-01-1</OrgnlMsgId><OrgnlMsgNmId>${about}</OrgnlMsgNmId>${order}</OrgnlGrpInfAndSts>
${groups}</CstmrPmtStsRpt></Document>`);
}

const payment = (id: string, status: string, reason = ''): string =>
  `<TxInfAndSts><OrgnlEndToEndId>${id}</OrgnlEndToEndId>${status && `<TxSts>${status}</TxSts>`}${
    reason && `<StsRsnInf><Rsn><Cd>${reason}</Cd></Rsn><AddtlInf>See branch</AddtlInf></StsRsnInf>`
  }</TxInfAndSts>`;
const group = (inside: string): string =>
  `<OrgnlPmtInfAndSts><OrgnlPmtInfId>2026-01-1</OrgnlPmtInfId>${inside}</OrgnlPmtInfAndSts>`;

/** `payment po-1 rejected AC01`. */
const answered = (answers: readonly BankAnswer[]): string[] =>
  answers.map(({ about, bank_reference, kind, reason_code }) =>
    [about, bank_reference, kind, reason_code].filter(Boolean).join(' '),
  );

const PARTLY = {
  order: '<GrpSts>PART</GrpSts>',
  groups: group(payment('po-1', 'ACSC') + payment('po-2', 'RJCT', 'AC01')),
};

describe('a payment status report', () => {
  test.each(['03', '12', '99'])(
    'of version %s says what became of the order, the groups and the payments',
    (version) => {
      const answers = readPain002(report({ ...PARTLY, version }));
      expect(answered(answers)).toEqual(['order pending', 'payment po-1 accepted', 'payment po-2 rejected AC01']);
      expect(answers[2]).toMatchObject({
        order_id: '2026-01-1',
        payment_group_id: '2026-01-1',
        status: 'RJCT',
        reason: 'rejected; the account number is wrong or does not exist; See branch',
      });
    },
  );

  test('can be about all payments at once', () => {
    const reason = '<StsRsnInf><Rsn><Cd>AM10</Cd></Rsn></StsRsnInf>';
    expect(answered(readPain002(report({ order: `<GrpSts>RJCT</GrpSts>${reason}` })))).toEqual(['order rejected AM10']);
    expect(answered(readPain002(report({ groups: group('<PmtInfSts>ACCP</PmtInfSts>') })))).toEqual(['group accepted']);
  });

  test.each([
    ['RCVD', 'pending'],
    ['PDNG', 'pending'],
    ['ACTC', 'accepted'],
    ['ACSP', 'accepted'],
    ['ACCC', 'accepted'],
    ['RJCT', 'rejected'],
    ['CANC', 'rejected'],
    ['RVNM', 'unknown'],
    ['toString', 'unknown'],
  ])('%s is %s', (status, kind) => {
    expect(readPain002(report({ groups: group(payment('po-1', status)) })).map((answer) => answer.kind)).toEqual([
      kind,
    ]);
  });

  test('names an unknown status or reason by its code, and never means anything by it', () => {
    expect(readPain002(report({ groups: group(payment('po-1', 'XXXX', 'ZZ99')) }))[0]).toMatchObject({
      kind: 'unknown',
      status: 'XXXX',
      reason_code: 'ZZ99',
      reason: 'unknown status XXXX; unknown code ZZ99; See branch',
    });
    expect(answered(readPain002(report({ groups: group(payment('po-1', '', 'AC04')) })))).toEqual([
      'payment po-1 unknown AC04',
    ]);
    expect(answered(readPain002(report({ groups: group(payment('po-1', '')) })))).toEqual([]);
  });

  test('gives an answer the same reference each time, and others another', () => {
    const first = readPain002(report(PARTLY));
    const again = readPain002(report({ ...PARTLY, message: 'BANK-2', version: '03' }));
    expect(again).toEqual(first);
    expect(new Set(first.map(({ reference }) => reference)).size).toBe(3);
    const later = readPain002(report({ groups: group(payment('po-2', 'RJCT', 'AC04')) }));
    expect(first.map(({ reference }) => reference)).not.toContain(later[0]?.reference);
  });

  test.each([
    [
      'about direct debits',
      report({ about: 'pain.008.001.08' }),
      'is about pain.008.001.08, and not about credit transfers',
    ],
    ['that is none', Buffer.from('<Document><A/></Document>'), 'it is no CstmrPmtStsRpt (pain.002)'],
    ['with a document type', Buffer.from('<!DOCTYPE a><a/>'), 'it has a document type'],
  ])('%s is refused', (_, file, sentence) => expect(() => readPain002(file)).toThrow(sentence));

  test.skipIf(!hasConformance)('has the form of the schemas here', async () => {
    expect(await faultsBySchema('pain002/pain.002.001.12.xsd', [report(PARTLY)])).toEqual([]);
    expect(await faultsBySchema('pain002/pain.002.001.03.xsd', [report({ ...PARTLY, version: '03' })])).toEqual([]);
  });
});
