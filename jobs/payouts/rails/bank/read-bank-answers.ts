import type { BankAnswer } from '../../../../reports/bank/bank-answer.ts';
import { type CamtStatement, readCamt053 } from '../../../../reports/bank/read-camt053.ts';
import { readNachaReturns } from '../../../../reports/bank/read-nacha-returns.ts';
import { readPain002 } from '../../../../reports/bank/read-pain002.ts';
import { instant } from '../../../../warehouse/clock.ts';
import { Rejected } from '../../../../warehouse/errors.ts';
import { sha256Hex } from '../../../../warehouse/ids.ts';
import { requirePresent } from '../../../../warehouse/invariant.ts';
import type { Operational } from '../../../../warehouse/operational/operational.ts';
import type { Job, Run, Services } from '../../../job.ts';
import { relayIfPossible } from '../../../load-events.ts';
import { requireBankKeys } from '../../../payout-accounts/bank-accounts.ts';
import { endBatch } from '../../batch-payouts.ts';
import { applyAnswer } from './apply-answer.ts';
import { reportStatement } from './bank-entries.ts';
import { readBankMessage, sealBytes } from './bank-files.ts';
import { signedOf } from './entry-parts.ts';

/** How many sentences for a person an outcome has; all are stored with the answers and statements. */
const SHOWN = 50;

/** Stores a file of a bank, sealed, so that `read-bank-answers` can read it; the same file is stored once. Returns its hash. */
export async function storeBankMessage(
  stores: Pick<Services, 'operational' | 'clock' | 'taxKeys'>,
  { bytes, by }: { readonly bytes: Uint8Array; readonly by: string },
): Promise<string> {
  const taxKeys = requireBankKeys(stores);
  parse(bytes, new Map());
  const message_hash = sha256Hex(bytes);
  const sealed = await sealBytes(bytes, { taxKeys, place: ['payout_bank_messages', message_hash] });
  const received = { received_by: by, received_at: instant(stores.clock.now()) };
  await stores.operational
    .insertInto('payout_bank_messages')
    .values({ message_hash, byte_size: BigInt(bytes.byteLength), ...sealed, ...received })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return message_hash;
}

interface AnswerOptions {
  /** The hash of a file that `storeBankMessage` has stored. */
  readonly message: string;
}

/** Acts on each answer of a file once, whatever became of the others. After a stop at any point, it is run again. */
export const readBankAnswers: Job<AnswerOptions> = {
  name: 'read-bank-answers',
  meaning:
    'Reads what a bank says of payouts that were exported (pain.002, camt.053, ACH returns): paid, rejected, or come back; each answer counts once.',
  about: 'everything',
  readOptions({ message, ...others }) {
    if (Object.keys(others).length > 0 || !/^[0-9a-f]{64}$/.test(message ?? ''))
      throw new Rejected('read-bank-answers takes the option message: the hash of a file that was received before.');
    return { message: message ?? '' };
  },
  async run(run, _, options) {
    const { message } = requirePresent(options, 'The options of read-bank-answers were read.');
    const bytes = await readBankMessage(run, message);
    const read = parse(bytes, await lastSequences(run.operational));
    const reading = new Reading(run, message);
    for (const answer of inOrder(read.answers)) await reading.apply(answer, undefined);
    for (const [place, statement] of read.statements.entries()) await reading.statement(statement, place);
    await reading.finish();
    await relayIfPossible(run);
    return reading.outcome([...read.others, ...read.statements.flatMap(({ faults }) => faults)]);
  },
};

interface Read {
  readonly answers: readonly BankAnswer[];
  readonly statements: readonly CamtStatement[];
  readonly others: readonly string[];
}

/** Reads a file by its form. Throws `Rejected` if it has none that is known. */
function parse(bytes: Uint8Array, last: ReadonlyMap<string, bigint>): Read {
  const head = new TextDecoder()
    .decode(bytes.subarray(0, 4000))
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (head.startsWith('101')) {
    const { answers, others } = readNachaReturns(bytes);
    return { answers, statements: [], others };
  }
  if (/<(\w+:)?CstmrPmtStsRpt\b/.test(head)) return { answers: readPain002(bytes), statements: [], others: [] };
  if (/<(\w+:)?BkToCstmrStmt\b/.test(head)) return { answers: [], statements: readCamt053(bytes, last), others: [] };
  throw new Rejected(
    'The file of the bank was not used: it is no pain.002, no camt.053 and no ACH file of returns. Check that it is the right file; camt.052 and camt.054 repeat what the statement says.',
  );
}

/** What was paid before what came back; and payments before the orders that they are in: what is said of an order holds for the others. */
function inOrder(answers: readonly BankAnswer[]): BankAnswer[] {
  const place = ({ kind, about }: BankAnswer): number => (kind === 'returned' ? 2 : 0) + (about === 'payment' ? 0 : 1);
  return answers.toSorted((a, b) => place(a) - place(b));
}

async function lastSequences(operational: Operational): Promise<ReadonlyMap<string, bigint>> {
  const rows = await operational
    .selectFrom('bank_statements')
    .distinctOn('account')
    .select(['account', 'sequence'])
    .where('sequence', 'is not', null)
    .orderBy('account')
    .orderBy('entry', 'desc')
    .execute();
  return new Map(rows.flatMap(({ account, sequence }) => (sequence === null ? [] : [[account, sequence] as const])));
}

/** The answers of one file, acted on one after the other. */
class Reading {
  readonly #run: Run;
  readonly #messageHash: string;
  readonly #counts = { applied: 0, none: 0, for_person: 0, repeated: 0 };
  readonly #forPerson: string[] = [];
  readonly #batchIds = new Set<string>();

  constructor(run: Run, messageHash: string) {
    this.#run = run;
    this.#messageHash = messageHash;
  }

  /** Whether it is about payouts of ours. */
  async apply(answer: BankAnswer, account: string | undefined): Promise<boolean> {
    this.#run.interruption.throwIfAborted();
    const applied = await applyAnswer(this.#run, answer, { messageHash: this.#messageHash, account });
    this.#counts[applied.effect] += 1;
    if (applied.effect === 'for_person') this.#forPerson.push(applied.sentence);
    for (const batchId of applied.batchIds) this.#batchIds.add(batchId);
    const done = Object.values(this.#counts).reduce((sum, count) => sum + count, 0);
    if (done % 100 === 0) this.#run.progress(`${done} answers read`);
    return applied.isOurs;
  }

  async statement(statement: CamtStatement, place: number): Promise<void> {
    const { account, balances, statement_id, sequence, warnings } = statement;
    if (balances === null) return;
    let ours_minor = 0n;
    const others = statement.others.map(({ sentence }) => sentence);
    for (const answer of inOrder(statement.answers)) {
      const isOurs = await this.apply(answer, account);
      if (isOurs) ours_minor += signedOf(answer);
      else
        others.push(`An entry names the payment ${answer.bank_reference ?? answer.order_id}, which is none of ours.`);
    }
    this.#forPerson.push(...warnings);
    const { currency, opening_minor, closing_minor, closed_on } = balances;
    const named = [account, statement_id, String(sequence), currency, String(opening_minor), String(closing_minor)];
    named.push(...[...statement.answers, ...statement.others].map(({ reference }) => reference));
    const statement_key = sha256Hex(JSON.stringify(named));
    const row = {
      ...{ statement_key, message_hash: this.#messageHash, account, statement_id },
      ...{ sequence, currency, opening_minor, closing_minor, ours_minor, others: JSON.stringify(others) },
      ...{ warnings: JSON.stringify(warnings), recorded_at: instant(this.#run.clock.now()) },
    };
    await this.#run.operational.transaction().execute(async (transaction) => {
      const stored = await transaction
        .insertInto('bank_statements')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (stored.numInsertedOrUpdatedRows === 0n) return;
      await reportStatement(transaction, this.#run, { statement: row, closed_on, place, others: statement.others });
    });
  }

  async finish(): Promise<void> {
    for (const batchId of this.#batchIds) await endBatch(this.#run.operational, batchId);
  }

  outcome(others: readonly string[]): Record<string, unknown> {
    const { applied, none, for_person, repeated } = this.#counts;
    const sentences = [...this.#forPerson, ...others];
    return {
      ...{ message: this.#messageHash, applied, unchanged: none, repeated },
      for_person: for_person + others.length,
      look_at: sentences.slice(0, SHOWN),
    };
  }
}
