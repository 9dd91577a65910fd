import type { BankAccount } from '../../jobs/payout-accounts/bank-accounts.ts';
import type { BankStatus } from '../../jobs/payouts/rails/bank/bank-status.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { jsonFault } from '../../warehouse/json.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { oneOf } from './acts.ts';
import { type Act, WrongUsage } from './command.ts';
import { readFileBytes } from './read-file.ts';
import { writeBelow } from './write-files.ts';

/** Bank files and accounts have the numbers of creators. */
const OF_THE_OWNER = { mode: 0o600 };
const THE_CREATOR = 'The id of the creator';

interface ExportedFile {
  readonly file_id: string;
  readonly file_name: string;
  readonly file_hash: string;
}

/** Locks the approved payouts of a rail in a file and writes all files of the period and rail; the same bytes each time. */
export const exportPayouts: Act = async (args, { open }) => {
  const period = parsePeriod(args.require('The period')[0]);
  const rail = args.requireOption('rail');
  if (rail !== 'sepa' && rail !== 'ach') throw new WrongUsage(`--rail is sepa or ach, not ${JSON.stringify(rail)}.`);
  const out = args.requireOption('out');
  const on = args.option('on');
  const options = { rail, ...(on !== undefined && { execution_on: on }) };
  const client = await open();
  const outcome = await client.run({ job: 'export-payouts', period, options, by: args.requirePerson() });
  const written: string[] = [];
  for (const { file_id, file_name, file_hash } of outcome.files as readonly ExportedFile[]) {
    const bytes = await client.get(`/v1/bank-files/${file_id}`);
    invariant(sha256Hex(bytes) === file_hash, `The bank file ${file_id} did not arrive as it was stored.`);
    written.push(await writeBelow(out, { name: file_name, bytes }, OF_THE_OWNER));
  }
  const note = 'Give each file to the bank once, then read its answers with "tantieme payouts bank-answer FILE".';
  const refused = outcome.refused as readonly string[];
  const failure =
    refused.length === 0 ? undefined : `Not every payout of ${period} was exported. ${refused.join('\n')}`;
  return { value: { ...outcome, written, note }, failure };
};

/** Reads a file of a bank. */
export const bankAnswer: Act = async (args, { open }) => {
  const [path] = args.require('The file of the bank');
  const content = (await readFileBytes(path)).toString('base64');
  const body = { content, by: args.requirePerson() };
  return { value: await (await open()).requestJson('/v1/bank-answers', { method: 'POST', body }) };
};

/** Records what became of a file for which no answer of the bank comes. */
export const bankResolve: Act = async (args, { open }) => {
  const [file, outcome] = args.require('The id of the bank file', 'taken or never_taken');
  if (outcome !== 'taken' && outcome !== 'never_taken')
    throw new WrongUsage(`A bank file is resolved as taken or never_taken, not as ${JSON.stringify(outcome)}.`);
  const body = { outcome, sentence: args.requireReason(), by: args.requirePerson() };
  const path = `/v1/bank-files/${encodeURIComponent(file)}/resolution`;
  return { value: await (await open()).requestJson(path, { method: 'POST', body }) };
};

export const bankStatus: Act = async (args, { open }) => {
  args.require();
  return { value: { ...(await (await open()).requestJson<BankStatus>('/v1/bank-files')) } };
};

const set: Act = async (args, { open }) => {
  const [creator, path] = args.require(THE_CREATOR, 'The file with the account');
  const body = { account: parseAccount(await readFileBytes(path), path), by: args.requirePerson() };
  const made = await (await open()).requestJson<BankAccount>(pathOf(creator), { method: 'POST', body });
  return { value: { ...made } };
};

const show: Act = async (args, { open }) => {
  const [creator] = args.require(THE_CREATOR);
  return { value: { ...(await (await open()).requestJson<BankAccount>(pathOf(creator))) } };
};

/** Records and shows the bank accounts of creators who are paid by bank files. */
export const bankAccount = oneOf({ set, show });

const pathOf = (creator: string): string => `/v1/creators/${encodeURIComponent(creator)}/bank-account`;

function parseAccount(content: Buffer, path: string): unknown {
  try {
    return JSON.parse(content.toString());
  } catch (error) {
    throw new Rejected(`${path} is not JSON: ${jsonFault(error)}.`);
  }
}
