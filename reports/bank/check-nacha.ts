import {
  BATCH_CONTROL,
  BATCH_HEADER,
  ENTRY,
  entryHashOf,
  FILE_CONTROL,
  FILE_HEADER,
  isRoutingNumber,
  RECORD_LENGTH,
  RECORDS_PER_BLOCK,
  readRecord,
  type Values,
} from './nacha-records.ts';

export interface NachaEntry extends Values<typeof ENTRY> {
  /** The records of type 7 that belong to it, whole. */
  readonly addenda: string[];
}

export interface NachaBatch {
  readonly header: Values<typeof BATCH_HEADER>;
  readonly entries: NachaEntry[];
  control?: Values<typeof BATCH_CONTROL>;
}

interface NachaFile {
  header?: Values<typeof FILE_HEADER>;
  readonly batches: NachaBatch[];
  control?: Values<typeof FILE_CONTROL>;
  /** What is wrong with it, in sentences. */
  readonly faults: string[];
}

/** What is wrong with a file of credits that we send, in sentences; empty if nothing is. It reads the file itself, and counts and sums again. */
export function checkNacha(bytes: Uint8Array): string[] {
  const { batches, faults } = readNacha(bytes);
  return [...faults, ...batches.flatMap(faultsOfCredits)];
}

function faultsOfCredits({ header, entries }: NachaBatch): string[] {
  const faults: string[] = [];
  const name = `batch ${header.batch_number}`;
  if (header.service_class !== '220')
    faults.push(`The service class of ${name} is ${header.service_class}, and credits have 220.`);
  if (!['PPD', 'CCD'].includes(header.entry_class)) faults.push(`The entry class of ${name} is ${header.entry_class}.`);
  if (!/^\d{6}$/.test(header.effective_on)) faults.push(`The ${name} has no effective entry date.`);
  let last = '';
  for (const { transaction_code, trace, amount, account, name: receiver, individual_id } of entries) {
    if (!['22', '32'].includes(transaction_code))
      faults.push(`The entry ${trace} has the code ${transaction_code}, which is no credit of ours.`);
    if (numberOf(amount) <= 0n) faults.push(`The entry ${trace} pays nothing.`);
    if (account === '' || receiver === '' || individual_id === '')
      faults.push(`The entry ${trace} lacks an account, a name or an id.`);
    if (!trace.startsWith(header.odfi) || trace <= last)
      faults.push(`The trace number ${trace} of ${name} is not of its bank, or does not ascend.`);
    last = trace;
  }
  return faults;
}

/** The records of an ACH file, of credits or of returns. It never throws: what is wrong is in `faults`, and then nothing of it should be used. */
export function readNacha(bytes: Uint8Array): NachaFile {
  const file: NachaFile = { batches: [], faults: [] };
  const lines = recordsOf(Buffer.from(bytes).toString('latin1'));
  for (const [at, line] of lines.entries()) {
    if (line.length !== RECORD_LENGTH)
      file.faults.push(`Line ${at + 1} has ${line.length} columns, and not ${RECORD_LENGTH}.`);
    if (!/^[ -~]*$/.test(line)) file.faults.push(`Line ${at + 1} has characters outside ASCII.`);
  }
  if (lines.length % RECORDS_PER_BLOCK !== 0)
    file.faults.push(`It has ${lines.length} lines, which is no multiple of ${RECORDS_PER_BLOCK}.`);
  for (const [at, line] of lines.entries()) addRecord(file, line, at);
  if (!file.header) file.faults.push('It has no file header.');
  if (!file.control) file.faults.push('It has no file control record.');
  for (const batch of file.batches) file.faults.push(...faultsOfBatch(batch));
  file.faults.push(...faultsOfFile(file, lines.length));
  return file;
}

/** One a line, or one after the other without a break, as some banks send them. */
function recordsOf(text: string): string[] {
  const lines = text.replace(/[\r\n]+$/, '').split(/\r?\n/);
  if (lines.length > 1) return lines;
  return lines[0]?.match(new RegExp(`.{1,${RECORD_LENGTH}}`, 'g')) ?? [];
}

function addRecord(file: NachaFile, line: string, at: number): void {
  const batch = file.batches.at(-1);
  const open = batch && !batch.control ? batch : undefined;
  const misplaced = () => file.faults.push(`Line ${at + 1} is a record of type ${line.slice(0, 1)} where none may be.`);
  if (file.control) {
    if (line !== '9'.repeat(RECORD_LENGTH)) misplaced();
    return;
  }
  switch (line[0]) {
    case '1':
      if (at !== 0) misplaced();
      else file.header = readRecord(FILE_HEADER, line);
      return;
    case '5':
      if (open || !file.header) misplaced();
      file.batches.push({ header: readRecord(BATCH_HEADER, line), entries: [] });
      return;
    case '6':
      if (open) open.entries.push({ ...readRecord(ENTRY, line), addenda: [] });
      else misplaced();
      return;
    case '7': {
      const entry = open?.entries.at(-1);
      if (entry) entry.addenda.push(line);
      else misplaced();
      return;
    }
    case '8':
      if (open) open.control = readRecord(BATCH_CONTROL, line);
      else misplaced();
      return;
    case '9':
      if (open) misplaced();
      file.control = readRecord(FILE_CONTROL, line);
      return;
    default:
      misplaced();
  }
}

/** Codes 21 to 24 and 31 to 34, and those of the ledger and of loans, are credits if they end in 1 to 4, else debits. */
const isCredit = ({ transaction_code }: NachaEntry): boolean => /[1-4]$/.test(transaction_code);

function faultsOfBatch({ header, entries, control }: NachaBatch): string[] {
  const faults: string[] = [];
  const name = `batch ${header.batch_number}`;
  for (const entry of entries) {
    if (!isRoutingNumber(entry.rdfi + entry.check_digit))
      faults.push(`The entry ${entry.trace} has a wrong routing number.`);
    if (!/^\d{2}$/.test(entry.transaction_code) || !/^\d{10}$/.test(entry.amount) || !/^\d{15}$/.test(entry.trace))
      faults.push(`The entry ${entry.trace} has something else where its code, amount or trace number should be.`);
    if ((entry.has_addenda === '1') !== entry.addenda.length > 0)
      faults.push(`The entry ${entry.trace} has ${entry.addenda.length} addenda, and says ${entry.has_addenda}.`);
  }
  if (!control) return [...faults, `The ${name} has no control record.`];
  for (const field of ['service_class', 'company_id', 'odfi', 'batch_number'] as const)
    if (header[field] !== control[field]) faults.push(`The ${field} of ${name} differs in its control record.`);
  return [...faults, ...faultsOfSums(name, control, sumsOf(entries))];
}

interface Sums {
  readonly count: string;
  readonly entry_hash: string;
  readonly debits: string;
  readonly credits: string;
}

function sumsOf(entries: readonly NachaEntry[]): Record<keyof Sums, bigint> {
  const amountOf = (of: readonly NachaEntry[]): bigint => of.reduce((sum, { amount }) => sum + numberOf(amount), 0n);
  const rdfis = entries.map(({ rdfi }) => (/^\d{8}$/.test(rdfi) ? rdfi : '0'));
  return {
    count: BigInt(entries.reduce((count, { addenda }) => count + 1 + addenda.length, 0)),
    entry_hash: BigInt(entryHashOf(rdfis)),
    debits: amountOf(entries.filter((entry) => !isCredit(entry))),
    credits: amountOf(entries.filter(isCredit)),
  };
}

function faultsOfSums(name: string, control: Sums, sums: Record<keyof Sums, bigint>): string[] {
  return (['count', 'entry_hash', 'debits', 'credits'] as const)
    .filter((field) => !/^\d+$/.test(control[field]) || BigInt(control[field]) !== sums[field])
    .map((field) => `The ${field} of ${name} is ${control[field]}, and its entries make ${sums[field]}.`);
}

function faultsOfFile({ batches, control }: NachaFile, lines: number): string[] {
  if (!control) return [];
  const entries = batches.flatMap((batch) => batch.entries);
  const faults = faultsOfSums('the file', control, sumsOf(entries));
  if (numberOf(control.batch_count) !== BigInt(batches.length))
    faults.push(`The file says ${control.batch_count} batches, and there are ${batches.length}.`);
  const blocks = Math.ceil(lines / RECORDS_PER_BLOCK);
  if (numberOf(control.block_count) !== BigInt(blocks))
    faults.push(`The file says ${control.block_count} blocks, and there are ${blocks}.`);
  return faults;
}

function numberOf(digits: string): bigint {
  return /^\d+$/.test(digits) ? BigInt(digits) : -1n;
}
