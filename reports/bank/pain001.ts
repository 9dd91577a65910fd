import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import { checkPain001, PAIN001 } from './check-pain001.ts';
import { assertNoFaults } from './order-faults.ts';
import {
  type Address,
  type BankFile,
  bankReferenceOf,
  inOrder,
  type SepaOrder,
  type SepaPayment,
} from './payment-order.ts';
import { checkSepa, type SepaTexts } from './sepa-rules.ts';
import { type Written, writeXml, xml, xmlIf } from './xml.ts';

/**
 * The customer credit transfer initiation of an order, pain.001.001.09 as the EPC uses it (EPC132-08): one group of payments, whose id is
 * that of the order. Throws one `OrderRefused` with every fault by the EPC's rules; then there is no file.
 */
export function writePain001(order: SepaOrder): BankFile {
  const { faults, changes, debtor, texts } = checkSepa(order);
  assertNoFaults(order, faults);
  const payments = inOrder(order.payments);
  const sent = payments.map(({ payout_id }) => ({
    payout_id,
    bank_reference: bankReferenceOf(payout_id, 'sepa'),
    trace: null,
  }));
  const sums = [
    xml('NbOfTxs', String(payments.length)),
    xml('CtrlSum', euro(payments.reduce((sum, { amount_minor }) => sum + amount_minor, 0n))),
  ];
  const group = xml('GrpHdr', [
    xml('MsgId', order.order_id),
    xml('CreDtTm', order.created_at),
    ...sums,
    xml('InitgPty', [xml('Nm', debtor.name)]),
  ]);
  const instruction = xml('PmtInf', [
    xml('PmtInfId', order.order_id),
    xml('PmtMtd', 'TRF'),
    xml('BtchBookg', String(order.book_as_one)),
    ...sums,
    xml('PmtTpInf', [xml('SvcLvl', [xml('Cd', 'SEPA')])]),
    xml('ReqdExctnDt', [xml('Dt', order.execution_on)]),
    party('Dbtr', debtor),
    account('DbtrAcct', order.debtor.iban),
    agent('DbtrAgt', order.debtor.bic) ??
      xml('DbtrAgt', [xml('FinInstnId', [xml('Othr', [xml('Id', 'NOTPROVIDED')])])]),
    xml('ChrgBr', 'SLEV'),
    ...payments.map((payment) =>
      transfer(payment, requirePresent(texts.get(payment.payout_id), 'Each payment has texts.')),
    ),
  ]);
  const bytes = writeXml(xml('Document', [xml('CstmrCdtTrfInitn', [group, instruction])], { xmlns: PAIN001 }));
  const wrong = checkPain001(bytes);
  invariant(
    wrong.length === 0,
    `The file of the order ${order.order_id} keeps the rules of SEPA, but: ${wrong.join(' ')}`,
  );
  return { bytes, payments: sent, changes };
}

function transfer(payment: SepaPayment, texts: SepaTexts): Written {
  return xml('CdtTrfTxInf', [
    xml('PmtId', [xml('EndToEndId', bankReferenceOf(payment.payout_id, 'sepa'))]),
    xml('Amt', [xml('InstdAmt', euro(payment.amount_minor), { Ccy: 'EUR' })]),
    agent('CdtrAgt', payment.bic),
    party('Cdtr', texts),
    account('CdtrAcct', payment.iban),
    texts.remittance === null ? undefined : xml('RmtInf', [xml('Ustrd', texts.remittance)]),
  ]);
}

const euro = (minor: bigint): string => minorToDecimal(minor, 'EUR');

function party(name: 'Dbtr' | 'Cdtr', texts: Pick<SepaTexts, 'name' | 'address'>): Written {
  return xml(name, [xml('Nm', texts.name), texts.address === null ? undefined : postalAddress(texts.address)]);
}

function postalAddress(address: Address): Written {
  return xml('PstlAdr', [
    xmlIf('StrtNm', address.street),
    xmlIf('BldgNb', address.building),
    xmlIf('PstCd', address.postcode),
    xml('TwnNm', address.town),
    xml('Ctry', address.country),
    ...address.lines.map((line) => xml('AdrLine', line)),
  ]);
}

function account(name: 'DbtrAcct' | 'CdtrAcct', iban: string): Written {
  return xml(name, [xml('Id', [xml('IBAN', iban)])]);
}

function agent(name: 'DbtrAgt' | 'CdtrAgt', bic: string | null): Written | undefined {
  return bic === null ? undefined : xml(name, [xml('FinInstnId', [xml('BICFI', bic)])]);
}
