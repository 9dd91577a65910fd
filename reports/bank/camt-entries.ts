import { isDay } from '../../warehouse/clock.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { decimalToMinor, minorToDecimal } from '../../warehouse/money.ts';
import { type AnswerFacts, answerOf, type BankAnswer, Occurrences, reasonOf } from './bank-answer.ts';
import { ISO_REASONS } from './iso-codes.ts';
import { elementAt, elementsAt, idAt, textAt, type XmlElement } from './xml.ts';

/** An entry of an account statement, or the one of its transactions that it is made of. */
export interface CamtEntry {
  readonly amount_minor: bigint;
  readonly currency: string;
  /** Negative for debits. */
  readonly signed_minor: bigint;
  readonly isReversal: boolean;
  /** `BOOK`, `PDNG` and others. */
  readonly status: string;
  readonly booked_on: string | null;
  /** What identifies it at the bank: its reference, or without one what the entry says. */
  readonly identity: readonly (string | null)[];
  /** The reference or the amount, for a sentence. */
  readonly called: string;
  /** The sub-family of its bank transaction code. */
  readonly code: string | null;
  readonly element: XmlElement;
  /** Its transactions, with their amounts in its currency; undefined where the bank gives none. */
  readonly details: readonly { readonly element: XmlElement; readonly amount_minor: bigint | undefined }[];
}

interface Money {
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly signed_minor: bigint;
}

/** The amount of an entry or a balance, by its `CdtDbtInd`. Throws `Rejected` for a currency or an amount that cannot be read. */
export function parseMoney(element: XmlElement): Money {
  const amount = elementAt(element, 'Amt');
  const { amount_minor, currency } = parseAmount(amount);
  const indicator = textAt(element, 'CdtDbtInd');
  if (indicator !== 'CRDT' && indicator !== 'DBIT')
    throw new Rejected(`its CdtDbtInd is ${indicator ?? 'missing'}, and must be CRDT or DBIT`);
  return { amount_minor, currency, signed_minor: indicator === 'DBIT' ? -amount_minor : amount_minor };
}

function parseAmount(amount: XmlElement | undefined): Pick<Money, 'amount_minor' | 'currency'> {
  const currency = amount?.attributes.Ccy ?? '';
  const text = amount?.text ?? '';
  if (!/^\d{1,18}(\.\d{1,5})?$/.test(text)) throw new Rejected(`its amount “${text}” is not a plain decimal`);
  return { amount_minor: decimalToMinor(text.replace(/^0+(?=\d)/, ''), currency), currency };
}

/** Throws `Rejected` if a day or an amount, also of a transaction in it, cannot be read. */
export function entryOf(element: XmlElement): CamtEntry {
  const money = parseMoney(element);
  const booked_on = parseDay(element, 'BookgDt');
  const code = textAt(element, 'BkTxCd/Domn/Fmly/SubFmlyCd') ?? null;
  const bankReference = idAt(element, 'AcctSvcrRef');
  const valued_on = parseDay(element, 'ValDt');
  const proprietary = textAt(element, 'BkTxCd/Prtry/Cd') ?? null;
  const said = [String(money.signed_minor), money.currency, booked_on, valued_on, code, proprietary];
  return {
    ...money,
    isReversal: ['true', '1'].includes(textAt(element, 'RvslInd') ?? ''),
    // A text in the first versions, a code within it in later ones.
    status: textAt(element, 'Sts/Cd') ?? textAt(element, 'Sts') ?? '',
    booked_on,
    identity: bankReference === undefined ? ['entry', ...said] : ['reference', bankReference],
    called:
      bankReference ??
      `${minorToDecimal(money.signed_minor, money.currency)} ${money.currency} of ${booked_on ?? 'no day'}`,
    code,
    element,
    details: elementsAt(element, 'NtryDtls/TxDtls').map((detail) => ({
      element: detail,
      amount_minor: minorOf(detail, money.currency),
    })),
  };
}

/** The day of a date, or of an instant. Throws `Rejected` if it is none. */
export function parseDay(element: XmlElement, name: 'BookgDt' | 'ValDt' | 'Dt'): string | null {
  const day = (textAt(element, `${name}/Dt`) ?? textAt(element, `${name}/DtTm`))?.slice(0, 10);
  if (day !== undefined && !isDay(day)) throw new Rejected(`its ${name} “${day}” is no day`);
  return day ?? null;
}

/** An entry that says nothing of payments of ours. */
export interface OtherEntry {
  readonly sentence: string;
  /** Equal for the same entry, also when it is read from another file that repeats it. */
  readonly reference: string;
  /** What it has moved, negative for debits; 0 while it is not booked. */
  readonly signed_minor: bigint;
  readonly booked_on: string | null;
  /** Whether the bank calls it a charge. */
  readonly isFee: boolean;
}

/** Sub-families of charges and commissions, with and without tax. Source: ISO 20022, external code set of bank transaction codes. */
const FEES: readonly string[] = ['CHRG', 'FEES', 'COMM', 'COME', 'COMI', 'COMT'];
const isFee = ({ code }: CamtEntry): boolean => FEES.includes(code ?? '');

interface Read {
  readonly answers: BankAnswer[];
  readonly others: OtherEntry[];
}

/** What the entries of one statement say of payments of ours. */
export function answersOfEntry(entries: readonly CamtEntry[], account: string): Read {
  const read: Read = { answers: [], others: [] };
  const occurrences = new Occurrences();
  for (const entry of entries) {
    const found = factsOf(entry);
    if (typeof found === 'string') read.others.push(otherOf(entry, { sentence: found, account, occurrences }));
    else
      for (const { facts, identity } of found) {
        const whole = [account, ...entry.identity, ...identity];
        read.answers.push(answerOf(facts, whole, occurrences.next([facts, whole])));
      }
  }
  return read;
}

function otherOf(
  entry: CamtEntry,
  { sentence, account, occurrences }: { sentence: string; account: string; occurrences: Occurrences },
): OtherEntry {
  const { signed_minor, booked_on, status } = entry;
  const named = ['other', account, String(signed_minor), ...entry.identity];
  return {
    ...{ sentence, booked_on, isFee: isFee(entry) },
    reference: sha256Hex(JSON.stringify([...named, occurrences.next(named)])),
    signed_minor: status === 'BOOK' ? signed_minor : 0n,
  };
}

interface Found {
  readonly facts: AnswerFacts;
  readonly identity: readonly (string | null)[];
}

/** `RRTN`: reversal due to a return; `RPCR`: due to a request for cancellation. */
const RETURNS = ['RRTN', 'RPCR'];

/** The answers of an entry, or a sentence if it says nothing of payments of ours. */
function factsOf(entry: CamtEntry): Found[] | string {
  const { status, called } = entry;
  const details = entry.details.map((detail) => detail.element);
  const isReturn =
    entry.isReversal ||
    RETURNS.includes(entry.code ?? '') ||
    details.some(
      (detail) => elementAt(detail, 'RtrInf') || RETURNS.includes(textAt(detail, 'BkTxCd/Domn/Fmly/SubFmlyCd') ?? ''),
    );
  const isDebit = entry.signed_minor < 0n;
  if (status === 'INFO') return `The entry ${called} is for information only.`;
  // It may name the payment that it is charged for.
  if (isFee(entry)) return `The entry ${called} is a charge of the bank.`;
  if (isDebit === isReturn) return `The entry ${called} is no payment of ours and no return of one.`;
  const ofEntry = { ...kindOf(status, isReturn), booked_on: status === 'BOOK' ? entry.booked_on : null };
  const payments = paymentsOf(entry, details, ofEntry);
  if (payments) return payments;
  // One payment of a group may come back, so a group never does.
  if (isReturn) return `The return ${called} does not name each payment with its amount.`;
  return groupOf(entry, details, ofEntry) ?? `The debit ${called} names no payment and no group of payments.`;
}

type OfEntry = Pick<AnswerFacts, 'kind' | 'status' | 'booked_on'>;

function kindOf(status: string, isReturn: boolean): Pick<AnswerFacts, 'kind' | 'status'> {
  if (status === 'BOOK') return { kind: isReturn ? 'returned' : 'booked', status };
  return { kind: status === 'PDNG' || status === 'FUTR' ? 'pending' : 'unknown', status };
}

/** An answer for each transaction of an entry, if all are there, each has the id of a payment, and together they make its amount. */
function paymentsOf(entry: CamtEntry, details: readonly XmlElement[], ofEntry: OfEntry): Found[] | undefined {
  const ids = details.map((detail) => idAt(detail, 'Refs/EndToEndId'));
  const counts = elementsAt(entry.element, 'NtryDtls/Btch/NbOfTxs').map(({ text }) => Number(text));
  const isWhole = counts.length === 0 || counts.reduce((sum, count) => sum + count, 0) === details.length;
  const amounts = amountsOf(entry);
  if (details.length === 0 || ids.includes(undefined) || !isWhole || !amounts) return undefined;
  return details.map((detail, at) => {
    const facts: AnswerFacts = {
      ...ofEntry,
      about: 'payment',
      order_id: idAt(detail, 'Refs/MsgId') ?? null,
      payment_group_id: idAt(detail, 'Refs/PmtInfId') ?? null,
      bank_reference: ids[at] ?? null,
      trace: null,
      amount_minor: amounts[at] ?? null,
      currency: entry.currency,
      ...reasonAt(detail),
    };
    return { facts, identity: [idAt(detail, 'Refs/AcctSvcrRef') ?? null, idAt(detail, 'Refs/TxId') ?? null] };
  });
}

/** An answer for all payments of a group or an order, if the entry names one. */
function groupOf(entry: CamtEntry, details: readonly XmlElement[], ofEntry: OfEntry): Found[] | undefined {
  const named = (name: string): string | null => {
    const texts = new Set([
      ...elementsAt(entry.element, `NtryDtls/Btch/${name}`).map(({ text }) => text),
      ...details.flatMap((detail) => elementsAt(detail, `Refs/${name}`)).map(({ text }) => text),
    ]);
    const [only = null, ...others] = [...texts].filter((text) => text !== '' && text !== 'NOTPROVIDED');
    return others.length === 0 ? only : null;
  };
  const payment_group_id = named('PmtInfId');
  const order_id = named('MsgId');
  if (payment_group_id === null && order_id === null) return undefined;
  const [detail] = details;
  const facts: AnswerFacts = {
    ...ofEntry,
    about: payment_group_id === null ? 'order' : 'group',
    order_id,
    payment_group_id,
    bank_reference: null,
    trace: null,
    amount_minor: entry.amount_minor,
    currency: entry.currency,
    ...(detail ? reasonAt(detail) : { reason_code: null, reason: null }),
  };
  return [{ facts, identity: [] }];
}

/** The amounts of the transactions of an entry; undefined if they do not make its own. */
function amountsOf(entry: CamtEntry): bigint[] | undefined {
  const amounts = entry.details.map(({ amount_minor }) => amount_minor);
  const [only] = amounts;
  if (amounts.length === 1) {
    // Of a return, the bank may keep a fee.
    const isLess = entry.signed_minor > 0n && only !== undefined && only > entry.amount_minor;
    return only === undefined || only === entry.amount_minor || isLess ? [entry.amount_minor] : undefined;
  }
  const known = amounts.filter((amount) => amount !== undefined);
  const sum = known.reduce((total, amount) => total + amount, 0n);
  return known.length === amounts.length && sum === entry.amount_minor ? known : undefined;
}

/** In the currency of the entry: its own amount, or in the first versions that of its details; undefined if there is none. */
function minorOf(detail: XmlElement, currency: string): bigint | undefined {
  const amount =
    elementAt(detail, 'Amt') ?? elementAt(detail, 'AmtDtls/TxAmt/Amt') ?? elementAt(detail, 'AmtDtls/InstdAmt/Amt');
  return amount?.attributes.Ccy === currency ? parseAmount(amount).amount_minor : undefined;
}

function reasonAt(detail: XmlElement): Pick<AnswerFacts, 'reason_code' | 'reason'> {
  const returned = elementAt(detail, 'RtrInf');
  const reason_code = (returned && (textAt(returned, 'Rsn/Cd') ?? textAt(returned, 'Rsn/Prtry'))) ?? null;
  const added = returned ? elementsAt(returned, 'AddtlInf').map(({ text }) => text) : [];
  return { reason_code, reason: reasonOf(reason_code, ISO_REASONS, added) };
}
