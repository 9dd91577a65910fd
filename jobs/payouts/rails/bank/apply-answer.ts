import type { BankAnswer } from '../../../../reports/bank/bank-answer.ts';
import { instant } from '../../../../warehouse/clock.ts';
import { derivedId } from '../../../../warehouse/ids.ts';
import { requirePresent } from '../../../../warehouse/invariant.ts';
import { minorToDecimal } from '../../../../warehouse/money.ts';
import type { PayoutBankAnswersTable } from '../../../../warehouse/operational/bank-tables.ts';
import type { Operational } from '../../../../warehouse/operational/operational.ts';
import { parsePeriod } from '../../../../warehouse/period.ts';
import type { Run } from '../../../job.ts';
import { stopBankAccount } from '../../../payout-accounts/bank-accounts.ts';
import { addStep, translateRefusals } from '../../payout-log.ts';
import { addReversals } from '../../report-reversals.ts';
import { type Effect, effectOf, effectOnEdited } from './answer-effect.ts';
import { type EntryPart, reportEntry } from './bank-entries.ts';
import { resolutionsOf } from './bank-files.ts';
import { bookedRejectsOf } from './booked-rejects.ts';
import { isBreak, partsOf, partsOfAll, restOf, signedOf } from './entry-parts.ts';
import { type FiledPayout, type Found, findPayments } from './find-payments.ts';

interface Applied {
  readonly effect: PayoutBankAnswersTable['effect'] | 'repeated';
  readonly sentence: string;
  readonly batchIds: readonly string[];
  /** Whether it is about payouts of ours. */
  readonly isOurs: boolean;
}

/**
 * Acts on one answer of a bank, in one transaction with its reference: an answer that was acted on before changes nothing. `account` is that of the
 * statement that has it. Throws `LeaseLost`, and `StepRefused` if a payout has changed meanwhile.
 */
export async function applyAnswer(
  run: Run,
  answer: BankAnswer,
  { messageHash, account }: { messageHash: string; account: string | undefined },
): Promise<Applied> {
  return translateRefusals(answer.bank_reference ?? answer.order_id ?? 'of a bank file', { state: 'sent' }, () =>
    run.operational.transaction().execute(async (transaction) => {
      const found = await findPayments(transaction, answer, { account });
      const isOurs = 'file_id' in found;
      const before = await transaction
        .selectFrom('payout_bank_answers')
        .select('sentence')
        .where('reference', '=', answer.reference)
        .executeTakeFirst();
      if (before) return { effect: 'repeated', sentence: before.sentence, batchIds: [], isOurs };
      const answered = await answeredBy(transaction, messageHash);
      const { effect, sentence, batchIds, parts } = await act(transaction, run, { answer, found, answered });
      const { kind, about, status, reason_code, reason, amount_minor, currency, booked_on, reference } = answer;
      const [only, ...others] = isOurs ? found.payouts : [];
      await transaction
        .insertInto('payout_bank_answers')
        .values({
          ...{ reference, message_hash: messageHash, kind, about, status, reason_code, reason, amount_minor, currency },
          ...{ booked_on, effect, sentence, recorded_at: instant(run.clock.now()), run_id: run.runId },
          file_id: isOurs ? found.file_id : null,
          payout_id: only && others.length === 0 ? only.line.payout_id : null,
        })
        .execute();
      const inCurrency = currency ?? (isOurs ? found.payouts[0]?.line.currency : undefined);
      const isStated = account !== undefined && booked_on !== null;
      if (inCurrency !== undefined)
        await reportEntry(transaction, run, {
          ...{ answer, currency: inCurrency },
          parts: isStated ? parts : parts.filter(isBreak).map((part) => ({ ...part, bank_minor: 0n })),
        });
      return { effect, sentence, batchIds, isOurs };
    }),
  );
}

interface Outcome extends Pick<Applied, 'sentence' | 'batchIds'> {
  readonly effect: PayoutBankAnswersTable['effect'];
  /** What it moves at the bank if a statement has it, and what is a break wherever it is said. */
  readonly parts: readonly EntryPart[];
}

function notOurs(answer: BankAnswer): Outcome {
  const sentence = `The bank names the payment ${answer.bank_reference ?? answer.order_id ?? answer.trace}, which is none of ours.`;
  const part: EntryPart = { kind: 'unknown_payment', bank_minor: signedOf(answer), sentence };
  return { effect: 'none', sentence, batchIds: [], parts: [part] };
}

async function act(
  transaction: Operational,
  run: Run,
  { answer, found, answered }: { answer: BankAnswer; found: Found; answered: ReadonlySet<string> },
): Promise<Outcome> {
  const contradicted = (sentence: string, payouts: readonly FiledPayout[] = []): Outcome => ({
    ...{ effect: 'for_person', sentence, batchIds: [] },
    parts: partsOfAll(answer, { kind: 'contradiction', sentence, payouts }),
  });
  if ('contradiction' in found) return contradicted(found.contradiction);
  if ('notOurs' in found) return notOurs(answer);
  const { file_id } = found;
  const ofFile = requirePresent(found.payouts[0], 'A bank file has a payout.');
  // Whatever is not a refusal contradicts it: the payouts are owed again, and may be paid twice.
  if (answer.kind !== 'rejected' && (await resolutionsOf(transaction, [file_id])).get(file_id) === 'never_taken')
    return contradicted(
      `The bank answers ${answer.status} about ${namedBy(answer)} of the bank file ${file_id}, which was resolved as never taken; its payouts may be paid twice: ask the bank, and hold or cancel what was planned since.`,
      found.payouts,
    );
  const isOfOne = answer.about === 'payment';
  const concerned = isOfOne ? found.payouts : withoutOwnAnswer(answer, found.payouts, answered);
  const rejected = found.payouts.filter(
    ({ line, life: { end } }) => end?.state === 'failed' && !answered.has(line.payout_id),
  );
  const different = isOfOne ? undefined : differentSum(answer, { currency: ofFile.line.currency, concerned, rejected });
  if (different !== undefined)
    return {
      ...{ effect: 'for_person', sentence: different, batchIds: [] },
      parts: partsOfAll(answer, { kind: 'amount_differs', sentence: different, payouts: concerned }),
    };
  const effects: Effect[] = [];
  const parts: EntryPart[] = [];
  for (const payout of concerned) {
    const { payout_id, amount_minor, currency } = payout.line;
    const payment = { payout_id, amount_minor, currency, life: payout.life };
    const ofPayment = isOfOne ? answer.amount_minor : null;
    const isFailed = payout.life.end?.state === 'failed';
    const bookedRejects = isFailed ? ((await bookedRejectsOf(transaction, [file_id])).get(file_id) ?? 0n) : 0n;
    const effect = effectOnEdited(effectOf(answer, payment, { ofPayment, bookedRejects }), payout);
    effects.push(effect);
    parts.push(...partsOf(answer, { effect, line: payout.line, ofPayment }));
    await take(transaction, run, { effect, payout, answer });
  }
  const forPerson = effects.filter(({ isForPerson }) => isForPerson);
  const changed = effects.filter(({ steps }) => steps.length > 0);
  const [first] = forPerson.length > 0 ? forPerson : changed.length > 0 ? changed : effects;
  const many = isOfOne ? '' : ` (${changed.length} of ${found.payouts.length} payouts of the file changed)`;
  return {
    effect: forPerson.length > 0 ? 'for_person' : changed.length > 0 ? 'applied' : 'none',
    sentence: [`${first?.sentence ?? 'Every payment of it has an answer of its own.'}${many}`, found.note ?? []]
      .flat()
      .join(' '),
    batchIds: [...new Set(changed.length > 0 ? concerned.map(({ line }) => line.batch_id) : [])],
    parts: [...parts, ...restOf(answer, parts)],
  };
}

const namedBy = ({ about, bank_reference, trace }: BankAnswer): string =>
  about === 'payment' ? `the payment ${bank_reference ?? trace}` : 'all payments';

/** The payouts that a file of the bank has answers of their own for. */
async function answeredBy(transaction: Operational, messageHash: string): Promise<ReadonlySet<string>> {
  const rows = await transaction
    .selectFrom('payout_bank_answers')
    .select('payout_id')
    .where('message_hash', '=', messageHash)
    .where('about', '=', 'payment')
    .execute();
  return new Set(rows.flatMap(({ payout_id }) => payout_id ?? []));
}

/** What is said of a whole order holds for the payments of which nothing else is said: a booking or a rejection, for those not settled. */
function withoutOwnAnswer(
  { kind }: BankAnswer,
  payouts: readonly FiledPayout[],
  answered: ReadonlySet<string>,
): FiledPayout[] {
  const isSettling = kind === 'booked' || kind === 'rejected';
  return payouts.filter(
    ({ line, life: { end } }) =>
      !answered.has(line.payout_id) && (end === undefined || (isSettling && end.state === 'sent')),
  );
}

/** A booking as one sum is that of the payments which it is for, without or with those that the bank had rejected, or a person must look. */
function differentSum(
  { kind, amount_minor, currency }: BankAnswer,
  file: {
    readonly currency: string;
    readonly concerned: readonly FiledPayout[];
    readonly rejected: readonly FiledPayout[];
  },
): string | undefined {
  if (kind !== 'booked') return undefined;
  const sumOf = (some: readonly FiledPayout[]): bigint =>
    some.reduce((total, { line }) => total + line.amount_minor, 0n);
  const { concerned, rejected } = file;
  const sum = sumOf(concerned);
  if (amount_minor === sum || (concerned.length > 0 && amount_minor === sum + sumOf(rejected))) return undefined;
  const inCurrency = currency ?? file.currency;
  const booked = `${minorToDecimal(amount_minor ?? 0n, inCurrency)} ${inCurrency}`;
  return `The bank booked ${booked} in one sum, and ${minorToDecimal(sum, file.currency)} ${file.currency} were left to be paid by the file.`;
}

/** The day on which the bank has booked a return, but neither before the payout was sent nor in the future. */
function returnedAt({ booked_on }: BankAnswer, { sentAt, now }: { sentAt: string | undefined; now: string }): string {
  if (booked_on === null) return now;
  const earliest = Math.max(Date.parse(`${booked_on}T00:00:00.000Z`), Date.parse(sentAt ?? now));
  return instant(Math.min(earliest, Date.parse(now)));
}

async function take(
  transaction: Operational,
  run: Run,
  { effect, payout, answer }: { effect: Effect; payout: FiledPayout; answer: BankAnswer },
): Promise<void> {
  const { line, life } = payout;
  const period = parsePeriod(payout.period);
  const at = instant(run.clock.now());
  const author = { changed_by: run.startedBy, run_id: run.runId };
  const transfer_id_stripe = payout.bank_reference;
  const attempt = life.attempt?.number ?? 1;
  const reason = answer.reason ?? `The bank answered ${answer.status}.`;
  const add = (step: Parameters<typeof addStep>[1]['step']) => addStep(transaction, { line, period, author, step, at });
  for (const step of effect.steps) {
    if (step === 'sent') await add({ state: 'sent', attempt, transfer_id_stripe });
    if (step === 'confirmed') await add({ state: 'confirmed', transfer_id_stripe });
    if (step === 'failed') {
      await add({ state: 'key_spent', attempt, reason });
      await add({ state: 'failed', attempt, reason });
    }
    // A payout comes back once, however many answers say so.
    if (step === 'reversed')
      await addReversals(transaction, run, {
        payout: { ...line, period, transfer_id_stripe },
        isReversed: false,
        reversals: [
          {
            id_stripe: derivedId('bank_return', line.payout_id),
            ...{ amount_minor: line.amount_minor, currency: line.currency, is_rejection: answer.kind === 'rejected' },
            created_at: returnedAt(answer, { sentAt: effect.steps.includes('sent') ? at : life.sentAt, now: at }),
          },
        ],
      });
  }
  if (!effect.stopsAccount) return;
  const bank_account_id = requirePresent(line.account_id_stripe, `The payout ${line.payout_id} has an account.`);
  const stop = { bank_account_id, reason_code: answer.reason_code, sentence: reason };
  await stopBankAccount(transaction, { ...stop, stopped_by: run.startedBy, stopped_at: at });
}
