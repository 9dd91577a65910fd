import { reasonOf as causeOf, Rejected } from '../../warehouse/errors.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import type { BankAnswer } from './bank-answer.ts';
import { answersOfEntry, type CamtEntry, entryOf, type OtherEntry, parseDay, parseMoney } from './camt-entries.ts';
import { allElements, elementsAt, parseXml, textAt, type XmlElement } from './xml.ts';

/** An account statement, or a page of one. */
export interface CamtStatement {
  readonly statement_id: string;
  /** The IBAN, or the bank's own number. */
  readonly account: string;
  /** The bank's number of the statement, for the gap to the next; null where it gives none. */
  readonly sequence: bigint | null;
  /** Null if there are faults. */
  readonly balances: {
    readonly currency: string;
    readonly opening_minor: bigint;
    readonly closing_minor: bigint;
    /** The day of the closing balance; null where the bank names none. */
    readonly closed_on: string | null;
  } | null;
  /** Why nothing of it is used, a sentence each: its entries do not lead from the opening to the closing balance, or cannot be read. */
  readonly faults: readonly string[];
  /** A gap before it, a sentence each. */
  readonly warnings: readonly string[];
  /** Empty if there are faults. */
  readonly answers: readonly BankAnswer[];
  readonly others: readonly OtherEntry[];
}

/**
 * What account statements say of payments: camt.053 of any version, read by local names. Each statement is checked by itself: one with a
 * fault is not used and does not stop the others. `lastSequences` has the number of the last statement read before, by account. Throws
 * `Rejected` if the file is no account statement.
 */
export function readCamt053(
  bytes: Uint8Array,
  lastSequences: ReadonlyMap<string, bigint> = new Map(),
): CamtStatement[] {
  const what = 'The account statement';
  const message = [...allElements(parseXml(bytes, what))].find(({ name }) => name === 'BkToCstmrStmt');
  if (!message)
    throw new Rejected(
      `${what} cannot be read: it is no BkToCstmrStmt (camt.053). Check that it is the right file; camt.052 and camt.054 repeat what the statement says.`,
    );
  const last = new Map(lastSequences);
  return elementsAt(message, 'Stmt').map((statement) => parseStatement(statement, last));
}

function parseStatement(statement: XmlElement, last: Map<string, bigint>): CamtStatement {
  const statement_id = textAt(statement, 'Id') ?? '';
  const account = textAt(statement, 'Acct/Id/IBAN') ?? textAt(statement, 'Acct/Id/Othr/Id') ?? '';
  const number = textAt(statement, 'ElctrncSeqNb');
  const sequence = number !== undefined && /^\d+$/.test(number) ? BigInt(number) : null;
  const faults: string[] = [];
  const entries: CamtEntry[] = [];
  if (account === '') faults.push(`The statement ${statement_id} names no account.`);
  for (const [at, element] of elementsAt(statement, 'Ntry').entries()) {
    try {
      entries.push(entryOf(element));
    } catch (thrown) {
      if (!(thrown instanceof Rejected)) throw thrown;
      faults.push(`Entry ${at + 1} of the statement ${statement_id} cannot be read: ${causeOf(thrown)}.`);
    }
  }
  const balances = faults.length === 0 ? parseBalances(statement, statement_id, entries) : [];
  if (Array.isArray(balances)) faults.push(...balances);
  const warnings = gapBefore(statement_id, account, sequence, last);
  const used = faults.length === 0 ? answersOfEntry(entries, account) : { answers: [], others: [] };
  return {
    statement_id,
    account,
    sequence,
    balances: Array.isArray(balances) ? null : balances,
    faults,
    warnings,
    ...used,
  };
}

/** Opening + booked entries = closing, or why not, in a sentence. Pages have interim balances in between. */
function parseBalances(
  statement: XmlElement,
  id: string,
  entries: readonly CamtEntry[],
): NonNullable<CamtStatement['balances']> | string[] {
  try {
    const balances = elementsAt(statement, 'Bal').map((balance) => ({
      code: textAt(balance, 'Tp/CdOrPrtry/Cd'),
      day: parseDay(balance, 'Dt'),
      ...parseMoney(balance),
    }));
    const interim = balances.filter(({ code }) => code === 'ITBD');
    const opening = balances.find(({ code }) => code === 'OPBD' || code === 'PRCD') ?? interim.at(0);
    const closing = balances.find(({ code }) => code === 'CLBD') ?? interim.at(-1);
    if (!opening || !closing || opening === closing)
      return [`The statement ${id} cannot be checked: it has no opening and closing balance.`];
    const booked = entries.filter(({ status }) => status === 'BOOK');
    if (booked.some(({ currency }) => currency !== opening.currency) || closing.currency !== opening.currency)
      return [`The statement ${id} cannot be checked: it has entries or balances of several currencies.`];
    const sum = booked.reduce((total, { signed_minor }) => total + signed_minor, opening.signed_minor);
    const { currency, signed_minor: opening_minor } = opening;
    const { signed_minor: closing_minor, day: closed_on } = closing;
    if (sum === closing_minor) return { currency, opening_minor, closing_minor, closed_on };
    const shown = (minor: bigint): string => `${minorToDecimal(minor, opening.currency)} ${opening.currency}`;
    return [
      `The entries of the statement ${id} lead from ${shown(opening.signed_minor)} to ${shown(sum)}, and it closes with ${shown(closing.signed_minor)}. Fetch it from the bank again.`,
    ];
  } catch (thrown) {
    if (!(thrown instanceof Rejected)) throw thrown;
    return [`A balance of the statement ${id} cannot be read: ${causeOf(thrown)}.`];
  }
}

/** A sentence if a number is left out before this statement; numbers that begin anew, as in a new year, are none. */
function gapBefore(id: string, account: string, sequence: bigint | null, last: Map<string, bigint>): string[] {
  const before = last.get(account);
  if (sequence !== null) last.set(account, sequence);
  if (sequence === null || before === undefined || sequence <= before + 1n) return [];
  return [
    `Statements of the account are missing before ${id}: its number is ${sequence}, and the last one read is ${before}. Fetch those between.`,
  ];
}
