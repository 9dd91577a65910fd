import { Rejected } from '../../warehouse/errors.ts';
import { type AnswerFacts, type AnswerKind, answerOf, type BankAnswer, reasonOf } from './bank-answer.ts';
import { ISO_REASONS, ISO_STATUSES } from './iso-codes.ts';
import { allElements, elementAt, elementsAt, idAt, parseXml, textAt, type XmlElement } from './xml.ts';

/** Which messages of ours are answered: a report about direct debits is nothing of ours. */
const OURS = /^pain\.001(\.|$)/;

/**
 * What a payment status report says of orders, groups and payments: pain.002 of any version, read by local names. Each status is an answer
 * of its own; what an order or a group says holds for its payments that have no own answer. Throws `Rejected` if the file is none.
 */
export function readPain002(bytes: Uint8Array): BankAnswer[] {
  const what = 'The payment status report';
  const report = [...allElements(parseXml(bytes, what))].find(({ name }) => name === 'CstmrPmtStsRpt');
  const original = report && elementAt(report, 'OrgnlGrpInfAndSts');
  if (!report || !original || textAt(original, 'OrgnlMsgId') === undefined)
    throw new Rejected(
      `${what} cannot be read: it is no CstmrPmtStsRpt (pain.002) that names a message. Check that it is the right file.`,
    );
  const order_id = idAt(original, 'OrgnlMsgId') ?? null;
  const message = textAt(original, 'OrgnlMsgNmId');
  if (message !== undefined && !OURS.test(message))
    throw new Rejected(
      `${what} is about ${message}, and not about credit transfers (pain.001). Nothing of it was used.`,
    );
  const answers: (BankAnswer | undefined)[] = [
    answerFrom(original, 'GrpSts', { about: 'order', order_id, payment_group_id: null }),
  ];
  for (const group of elementsAt(report, 'OrgnlPmtInfAndSts')) {
    const payment_group_id = idAt(group, 'OrgnlPmtInfId') ?? null;
    answers.push(answerFrom(group, 'PmtInfSts', { about: 'group', order_id, payment_group_id }));
    for (const payment of elementsAt(group, 'TxInfAndSts'))
      answers.push(answerFrom(payment, 'TxSts', { about: 'payment', order_id, payment_group_id }));
  }
  // In the first versions, payments stand beside the group.
  for (const payment of elementsAt(report, 'TxInfAndSts')) {
    const payment_group_id = idAt(payment, 'OrgnlPmtInfId') ?? null;
    answers.push(answerFrom(payment, 'TxSts', { about: 'payment', order_id, payment_group_id }));
  }
  return answers.filter((answer) => answer !== undefined);
}

type Place = Pick<AnswerFacts, 'about' | 'order_id' | 'payment_group_id'>;

/** The status that an element gives; undefined if it gives none, as where only its parts have one. */
function answerFrom(element: XmlElement, statusName: string, place: Place): BankAnswer | undefined {
  const status = textAt(element, statusName);
  const reasons = elementsAt(element, 'StsRsnInf');
  const codes = reasons.map((reason) => textAt(reason, 'Rsn/Cd') ?? textAt(reason, 'Rsn/Prtry') ?? '').filter(Boolean);
  const added = reasons.flatMap((reason) => elementsAt(reason, 'AddtlInf').map(({ text }) => text));
  // A payment with a reason and no status has an answer that cannot be read.
  if (status === undefined && (place.about !== 'payment' || reasons.length === 0)) return undefined;
  const known = status !== undefined && Object.hasOwn(ISO_STATUSES, status) ? ISO_STATUSES[status] : undefined;
  const kind: AnswerKind = known?.kind ?? 'unknown';
  const words = known?.words ?? (status === undefined ? 'a payment without a status' : `unknown status ${status}`);
  const reason_code = codes.length === 0 ? null : codes.join(' ');
  const facts: AnswerFacts = {
    ...place,
    kind,
    bank_reference: place.about === 'payment' ? (idAt(element, 'OrgnlEndToEndId') ?? null) : null,
    trace: null,
    amount_minor: null,
    currency: null,
    booked_on: null,
    status: status ?? '',
    reason_code,
    reason: [words, ...codes.map((code) => reasonOf(code, ISO_REASONS)), ...added].join('; '),
  };
  return answerOf(facts, []);
}
