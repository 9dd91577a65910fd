import { messageOf, Rejected } from '../../warehouse/errors.ts';
import { decimalToMinor } from '../../warehouse/money.ts';
import {
  faultOfBic,
  faultOfIban,
  faultOfId,
  faultsOfAddress,
  LARGEST_SEPA_MINOR,
  NAME_LENGTH,
  REMITTANCE_LENGTH,
} from './sepa-rules.ts';
import { isBasicLatin } from './transliteration.ts';
import { allElements, elementAt, elementsAt, parseXml, textAt, type XmlElement } from './xml.ts';

export const PAIN001 = 'urn:iso:std:iso:20022:tech:xsd:pain.001.001.09';

/** Elements of the schema that SEPA credit transfers use (EPC132-08); any other one changes what is asked of the bank, or is refused by it. */
const USED = new Set(
  `Document CstmrCdtTrfInitn GrpHdr MsgId CreDtTm NbOfTxs CtrlSum InitgPty Nm PmtInf PmtInfId PmtMtd BtchBookg PmtTpInf SvcLvl Cd Prtry
   CtgyPurp ReqdExctnDt Dt Dbtr DbtrAcct DbtrAgt ChrgBr CdtTrfTxInf PmtId InstrId EndToEndId Amt InstdAmt CdtrAgt Cdtr CdtrAcct UltmtDbtr
   UltmtCdtr Purp RmtInf Ustrd PstlAdr StrtNm BldgNb PstCd TwnNm Ctry AdrLine Id IBAN FinInstnId BICFI Othr OrgId PrvtId SchmeNm LEI`.split(
    /\s+/,
  ),
);

/**
 * What is wrong with a file of pain.001.001.09 by the rules of the EPC, in sentences; empty if nothing is. It reads the file itself and
 * counts and sums again, so that a file which the schema passes and a bank would refuse, or pay wrongly, is found before it is sent.
 */
export function checkPain001(bytes: Uint8Array): string[] {
  try {
    return faultsOf(parseXml(bytes, 'The file'));
  } catch (thrown) {
    if (thrown instanceof Rejected) return [messageOf(thrown)];
    throw thrown;
  }
}

function faultsOf(document: XmlElement): string[] {
  const faults: string[] = [];
  for (const element of allElements(document)) {
    if (element.namespace !== PAIN001) return [`The element ${element.name} is not of ${PAIN001}.`];
    if (!USED.has(element.name)) faults.push(`SEPA does not use the element ${element.name}.`);
    if (!isBasicLatin(element.text))
      faults.push(`${element.name} has characters outside SEPA's set: “${element.text}”.`);
    if (element.children.length === 0 && element.text === '') faults.push(`${element.name} is empty.`);
    faults.push(...faultsOfField(element));
  }
  const message = elementAt(document, 'CstmrCdtTrfInitn');
  if (document.name !== 'Document' || !message) return ['The file is no CstmrCdtTrfInitn.'];
  const instructions = elementsAt(message, 'PmtInf');
  const header = elementAt(message, 'GrpHdr');
  const transfers = elementsAt(message, 'PmtInf/CdtTrfTxInf');
  if (transfers.length === 0) faults.push('The file has no payment.');
  if (header) faults.push(...faultsOfSums(header, transfers));
  else faults.push('GrpHdr is missing.');
  for (const instruction of instructions) faults.push(...faultsOfInstruction(instruction));
  const seen = new Set<string>();
  for (const { text } of elementsAt(message, 'PmtInf/CdtTrfTxInf/PmtId/EndToEndId')) {
    if (seen.has(text) && text !== 'NOTPROVIDED') faults.push(`EndToEndId ${text} is there twice.`);
    seen.add(text);
  }
  return faults;
}

/** What a field must be wherever it stands. */
function faultsOfField(element: XmlElement): string[] {
  const { name, text } = element;
  const wrong = (fault: string | undefined): string[] => (fault === undefined ? [] : [`${name} is wrong: ${fault}.`]);
  switch (name) {
    case 'MsgId':
    case 'PmtInfId':
    case 'InstrId':
    case 'EndToEndId':
      return wrong(faultOfId(text));
    case 'Nm':
      return wrong(
        text.length > NAME_LENGTH ? `it has ${text.length} characters, and ${NAME_LENGTH} are allowed` : undefined,
      );
    case 'Ustrd':
      return wrong(text.length > REMITTANCE_LENGTH ? `it has ${text.length} characters` : undefined);
    case 'IBAN':
      return wrong(faultOfIban(text));
    case 'BICFI':
      return wrong(faultOfBic(text));
    case 'PstlAdr':
      return faultsOfAddress({
        street: textAt(element, 'StrtNm') ?? null,
        building: textAt(element, 'BldgNb') ?? null,
        postcode: textAt(element, 'PstCd') ?? null,
        town: textAt(element, 'TwnNm') ?? '',
        country: textAt(element, 'Ctry') ?? '',
        lines: elementsAt(element, 'AdrLine').map((line) => line.text),
      }).map((fault) => `An address is wrong: ${fault}.`);
    default:
      return [];
  }
}

function faultsOfInstruction(instruction: XmlElement): string[] {
  const transfers = elementsAt(instruction, 'CdtTrfTxInf');
  const faults = faultsOfSums(instruction, transfers);
  const must = (path: string, value: string, of: XmlElement = instruction): void => {
    const found = textAt(of, path);
    if (found !== value) faults.push(`${path} is ${found ?? 'missing'}, and SEPA takes only ${value}.`);
  };
  must('PmtMtd', 'TRF');
  must('PmtTpInf/SvcLvl/Cd', 'SEPA');
  must('ChrgBr', 'SLEV');
  for (const path of ['ReqdExctnDt/Dt', 'Dbtr/Nm', 'DbtrAcct/Id/IBAN', 'DbtrAgt/FinInstnId'])
    if (!elementAt(instruction, path)) faults.push(`${path} is missing.`);
  for (const transfer of transfers) {
    const amount = elementAt(transfer, 'Amt/InstdAmt');
    if (amount?.attributes.Ccy !== 'EUR')
      faults.push(`InstdAmt is in ${amount?.attributes.Ccy ?? 'no currency'}, and SEPA pays EUR.`);
    const minor = minorOf(amount?.text);
    if (minor === undefined || minor <= 0n || minor > LARGEST_SEPA_MINOR)
      faults.push(`InstdAmt ${amount?.text ?? ''} is not from 0.01 to 999999999.99.`);
    for (const path of ['Cdtr/Nm', 'CdtrAcct/Id/IBAN', 'PmtId/EndToEndId'])
      if (!elementAt(transfer, path)) faults.push(`${path} is missing in a payment.`);
    if (elementsAt(transfer, 'RmtInf/Ustrd').length > 1) faults.push('A payment has more than one Ustrd.');
  }
  return faults;
}

/** Both are optional in the schema and required by the EPC. */
function faultsOfSums(head: XmlElement, transfers: readonly XmlElement[]): string[] {
  const count = textAt(head, 'NbOfTxs');
  const sum = textAt(head, 'CtrlSum');
  const amounts = transfers.map((transfer) => minorOf(textAt(transfer, 'Amt/InstdAmt')) ?? 0n);
  const total = amounts.reduce((all, amount) => all + amount, 0n);
  return [
    ...(count === String(transfers.length)
      ? []
      : [`NbOfTxs in ${head.name} is ${count ?? 'missing'}, and there are ${transfers.length}.`]),
    ...(minorOf(sum) === total
      ? []
      : [`CtrlSum in ${head.name} is ${sum ?? 'missing'}, and the amounts make ${total} cents.`]),
  ];
}

/** Cents; undefined for anything but a plain decimal of at most two places. */
function minorOf(text: string | undefined): bigint | undefined {
  return text !== undefined && /^\d{1,18}(\.\d{1,2})?$/.test(text)
    ? decimalToMinor(text.replace(/^0+(?=\d)/, ''), 'EUR')
    : undefined;
}
