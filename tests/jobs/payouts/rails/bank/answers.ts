import {
  BATCH_CONTROL,
  BATCH_HEADER,
  ENTRY,
  FILE_CONTROL,
  FILE_HEADER,
  RETURN_ADDENDA,
  writeRecord,
} from '../../../../../reports/bank/nacha-records.ts';

/** Answers of a bank as files. */

export interface Told {
  readonly reference: string;
  readonly status: string;
  readonly reason?: string;
}

/** A payment status report about one order. */
export function pain002(
  order_id: string,
  payments: readonly Told[],
  { group = '' }: { readonly group?: string } = {},
): string {
  const about = payments.map(
    ({ reference, status, reason }) =>
      `<TxInfAndSts><OrgnlEndToEndId>${reference}</OrgnlEndToEndId><TxSts>${status}</TxSts>${
        reason ? `<StsRsnInf><Rsn><Cd>${reason}</Cd></Rsn></StsRsnInf>` : ''
      }</TxInfAndSts>`,
  );
  return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<OrgnlGrpInfAndSts><OrgnlMsgId>${order_id}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>${group && `<GrpSts>${group}</GrpSts>`}</OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>${order_id}</OrgnlPmtInfId>${about.join('')}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`;
}

export interface Entry {
  readonly amount: string;
  readonly side: 'DBIT' | 'CRDT';
  readonly reference: string;
  /** A payment, or a group of payments. */
  readonly payment?: string;
  readonly group?: string;
  /** What the bank fills in as the ids of the message and the group of a payment. */
  readonly names?: readonly [string, string];
  readonly reason?: string;
}

interface Statement {
  readonly account: string;
  readonly opening: string;
  readonly closing: string;
  readonly sequence: number;
  readonly entries: readonly Entry[];
  readonly currency?: string;
}

/** An account statement. */
export function camt053({ account, opening, closing, sequence, entries, currency = 'EUR' }: Statement): string {
  const balance = (code: string, amount: string) =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-02-04</Dt></Dt></Bal>`;
  const details = ({ payment, group, names, reason }: Entry) => {
    if (group) return `<NtryDtls><Btch><PmtInfId>${group}</PmtInfId></Btch></NtryDtls>`;
    if (!payment) return '';
    const returned = reason ? `<RtrInf><Rsn><Cd>${reason}</Cd></Rsn></RtrInf>` : '';
    const named = names ? `<MsgId>${names[0]}</MsgId><PmtInfId>${names[1]}</PmtInfId>` : '';
    return `<NtryDtls><TxDtls><Refs>${named}<EndToEndId>${payment}</EndToEndId></Refs>${returned}</TxDtls></NtryDtls>`;
  };
  const reported = entries.map(
    (
      entry,
    ) => `<Ntry><Amt Ccy="${currency}">${entry.amount}</Amt><CdtDbtInd>${entry.side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-02-04</Dt></BookgDt><AcctSvcrRef>${entry.reference}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd>
<SubFmlyCd>${entry.reason ? 'RRTN' : 'ESCT'}</SubFmlyCd></Fmly></Domn></BkTxCd>${details(entry)}</Ntry>`,
  );
  return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>
<Stmt><Id>S-${sequence}</Id><ElctrncSeqNb>${sequence}</ElctrncSeqNb><Acct><Id><IBAN>${account}</IBAN></Id></Acct>
${balance('OPBD', opening)}${balance('CLBD', closing)}${reported.join('')}</Stmt></BkToCstmrStmt></Document>`;
}

/** Two statements in one file, as the pages of a day. */
export function pagesOf(first: string, second: string): string {
  const page = second.slice(second.indexOf('<Stmt>'), second.indexOf('</BkToCstmrStmt>'));
  return first.replace('</BkToCstmrStmt>', `${page}</BkToCstmrStmt>`);
}

/** An ACH file that returns one payment of 12104288's. */
export function nachaReturn({
  reference,
  trace,
  amount,
  code,
}: Readonly<Record<'reference' | 'trace' | 'amount' | 'code', string>>): string {
  const batch = { service_class: '200', company_id: '1234567890', odfi: '02100002', batch_number: '1' };
  const sums = { count: '2', entry_hash: '12104288', credits: amount, debits: '' };
  const addenda = { code, original_trace: trace, original_rdfi: '02100002', trace: '021000020000001' };
  const entry = { transaction_code: '21', rdfi: '12104288', check_digit: '2', account: '12345678', amount };
  const lines = [
    writeRecord(FILE_HEADER, { created_on: '260205', created_time: '0900', file_id_modifier: 'A' }),
    writeRecord(BATCH_HEADER, { ...batch, entry_class: 'PPD', effective_on: '260205', originator_status: '1' }),
    writeRecord(ENTRY, {
      ...entry,
      individual_id: reference,
      name: 'CID ROW',
      has_addenda: '1',
      trace: '021000020000001',
    }),
    writeRecord(RETURN_ADDENDA, { ...addenda, information: '' }),
    writeRecord(BATCH_CONTROL, { ...batch, ...sums }),
    writeRecord(FILE_CONTROL, { batch_count: '1', block_count: '1', ...sums }),
  ];
  while (lines.length < 10) lines.push('9'.repeat(94));
  return lines.map((line) => `${line}\r\n`).join('');
}
