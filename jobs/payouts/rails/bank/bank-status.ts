import { DAY_MS, instant } from '../../../../warehouse/clock.ts';
import { minorToDecimal } from '../../../../warehouse/money.ts';
import type { Operational } from '../../../../warehouse/operational/operational.ts';
import type { Services } from '../../../job.ts';
import { payoutsOf } from '../../batch-payouts.ts';
import { type PayoutLife, stateOf } from '../../payout-life.ts';
import { type BankFileHead, filesOf, payoutsInFiles, resolutionsOf } from './bank-files.ts';
import { bookedRejectsOf } from './booked-rejects.ts';
import { type ExportedLine, exportedLine } from './exported-line.ts';

/** How long a bank may take until a payment of a file stands in a statement. */
const LATE_MS = 5 * DAY_MS;
const STATEMENTS = 100;
const ANSWERS = 100;

/** A statement as a bridge: opening + ours + others = closing. Decimal amounts with the sign of the balance. */
export interface StatementBridge {
  readonly account: string;
  readonly statement_id: string;
  readonly sequence: bigint | null;
  readonly currency: string;
  readonly opening: string;
  readonly ours: string;
  readonly others: string;
  readonly closing: string;
  /** Entries that are no payouts of ours, a sentence each. */
  readonly other_entries: readonly string[];
}

export interface BankStatus {
  readonly files: readonly {
    readonly file_id: string;
    readonly batch_id: string;
    readonly currency: string;
    /** How many of its payouts are in each state: `sending` ones wait for the bank. */
    readonly states: Readonly<Record<string, number>>;
    readonly amount: string;
    /** What the bank has not settled yet. */
    readonly open_amount: string;
    /** What a person has said that became of it, without an answer of the bank. */
    readonly resolved: 'taken' | 'never_taken' | null;
  }[];
  /** The latest first. */
  readonly statements: readonly StatementBridge[];
  /** What a person must look at, a sentence each: answers, gaps between statements, payments that no statement has. */
  readonly look_at: readonly string[];
}

/** What the bank has done with the files so far, and what it has that our books do not explain. */
export async function bankStatus({ operational, clock }: Pick<Services, 'operational' | 'clock'>): Promise<BankStatus> {
  const rows = await operational.selectFrom('payout_files').select('batch_id').distinct().execute();
  const batchIds = rows.map(({ batch_id }) => batch_id);
  const files = await filesOf(operational, { batchIds });
  const ofFile = Map.groupBy(await filedPayouts(operational, batchIds), ({ file_id }) => file_id);
  const fileIds = files.map(({ file_id }) => file_id);
  const resolutions = await resolutionsOf(operational, fileIds);
  const shown = files.map((file) => ({
    ...fileStatus(file, ofFile.get(file.file_id) ?? []),
    resolved: resolutions.get(file.file_id) ?? null,
  }));
  const late = files.flatMap((file) => lateOf(file, shown, clock.now()));
  const booked = await bookedRejectsOf(operational, fileIds);
  for (const { file_id, currency } of files) {
    const rejects = booked.get(file_id) ?? 0n;
    if (rejects > 0n)
      late.push(
        `The bank booked ${minorToDecimal(rejects, currency)} ${currency} of the bank file ${file_id} for payments that it has rejected, and has not given them back.`,
      );
  }
  const edited = [...ofFile.values()].flat().flatMap((payout) => payout.edited ?? []);
  const { statements, gaps } = await bridges(operational);
  return { files: shown, statements, look_at: [...(await answersForPeople(operational)), ...gaps, ...edited, ...late] };
}

interface StatusPayout extends ExportedLine {
  readonly file_id: string;
  readonly life: PayoutLife;
}

/** The payouts of some batches that are in files, each as it was exported. */
async function filedPayouts(operational: Operational, batchIds: readonly string[]): Promise<StatusPayout[]> {
  const inFiles = await payoutsInFiles(operational, batchIds);
  const payouts = await payoutsOf(operational, batchIds);
  return payouts.flatMap((payout) => {
    const filed = inFiles.get(payout.line.payout_id);
    return filed ? [{ file_id: filed.file_id, life: payout.life, ...exportedLine(payout, filed) }] : [];
  });
}

function fileStatus(
  file: BankFileHead,
  payouts: readonly StatusPayout[],
): Omit<BankStatus['files'][number], 'resolved'> {
  const { file_id, batch_id, currency } = file;
  const states = Map.groupBy(payouts, ({ life }) => stateOf(life));
  const open = payouts.filter(({ life }) => life.end === undefined || life.end.state === 'sent');
  const openMinor = open.reduce((sum, { line }) => sum + line.amount_minor, 0n);
  return {
    ...{ file_id, batch_id, currency },
    states: Object.fromEntries([...states].map(([state, some]) => [state, some.length])),
    amount: minorToDecimal(file.amount_minor, currency),
    open_amount: minorToDecimal(openMinor, currency),
  };
}

function lateOf(file: BankFileHead, shown: BankStatus['files'], now: number): string[] {
  const { open_amount, currency, resolved } = shown.find(({ file_id }) => file_id === file.file_id) ?? {};
  // A bank of ACH that gives no statements confirms nothing.
  if (resolved === 'taken' && file.payout_rail === 'ach') return [];
  const dueBefore = instant(now - LATE_MS).slice(0, 10);
  if (open_amount === undefined || !/[1-9]/.test(open_amount) || file.execution_on > dueBefore) return [];
  return [
    `No statement has ${open_amount} ${currency} of the bank file ${file.file_id}, to be paid on ${file.execution_on}: ask the bank, and read its statements, or resolve the file with "tantieme payouts bank-resolve".`,
  ];
}

async function answersForPeople(operational: Operational): Promise<string[]> {
  const rows = await operational
    .selectFrom('payout_bank_answers')
    .select('sentence')
    .where('effect', '=', 'for_person')
    .orderBy('entry', 'desc')
    .limit(ANSWERS)
    .execute();
  return rows.map(({ sentence }) => sentence);
}

async function bridges(operational: Operational): Promise<{ statements: StatementBridge[]; gaps: string[] }> {
  const rows = await operational
    .selectFrom('bank_statements')
    .selectAll()
    .orderBy('entry', 'desc')
    .limit(STATEMENTS)
    .execute();
  const gaps: string[] = [];
  const statements = rows.map((row, at) => {
    const { account, statement_id, sequence, currency, opening_minor, closing_minor, ours_minor } = row;
    const before = rows.slice(at + 1).find((each) => each.account === account && each.currency === currency);
    if (before && before.closing_minor !== opening_minor)
      gaps.push(
        `The statement ${statement_id} does not begin with the closing balance of ${before.statement_id}, which was read before it; read the statements between.`,
      );
    const shown = (minor: bigint): string => minorToDecimal(minor, currency);
    return {
      ...{ account, statement_id, sequence, currency, opening: shown(opening_minor), ours: shown(ours_minor) },
      ...{ others: shown(closing_minor - opening_minor - ours_minor), closing: shown(closing_minor) },
      other_entries: row.others as string[],
    };
  });
  return { statements, gaps };
}
