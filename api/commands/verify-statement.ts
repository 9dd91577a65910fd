import { Ajv } from 'ajv';
import { type StatementDocument, StatementSchema } from '../../reports/statement/document.ts';
import { isKnownFormat, problemsOf, unknownFormat } from '../../reports/statement/verify-proof.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { jsonFault } from '../../warehouse/json.ts';
import type { Act } from './command.ts';
import { readFileBytes } from './read-file.ts';

/** Checks a statement by itself. Opens no store, so that anyone who was sent a statement can run it. */
export const verifyStatement: Act = async (args) => {
  const [file] = args.require('The file');
  const published = args.option('seal')?.trim().toLowerCase();
  if (published !== undefined && !/^[0-9a-f]{64}$/.test(published)) {
    throw new Rejected('--seal takes the 64 hexadecimal digits of the published seal.');
  }
  const statement = await readStatement(file);
  const { statement_id, creator, period, currency, seal } = statement;
  const problems = problemsOf(statement);
  if (published !== undefined && published !== seal) {
    problems.push(`The seal of the statement is not the published one, ${published}.`);
  }
  return {
    value: {
      statement_id,
      creator_id: creator.creator_id,
      period,
      currency,
      seal,
      holds: problems.length === 0,
      problems,
      checked: problems.length === 0 ? checksOf(statement) : [],
      not_covered: NOT_COVERED,
      next: nextStep(period, { holds: problems.length === 0, isCompared: published !== undefined }),
    },
    ...(problems.length > 0 && {
      failure: `${file} does not prove its amounts: ${countOf(problems.length, 'problem')}, listed above.`,
    }),
  };
};

async function readStatement(file: string): Promise<StatementDocument> {
  const bytes = await readFileBytes(file, { remedy: 'give the path of the JSON file of a statement' });
  const value = parseJson(bytes.toString('utf8'), file);
  assertKnownFormat(value);
  // Ajv alone cannot check the formats of the days, which are not part of the seal.
  const ajv = new Ajv({ validateFormats: false, allowUnionTypes: true });
  if (!ajv.validate(StatementSchema, value)) {
    throw new Rejected(
      `${file} is not the JSON of a statement with a proof: ${ajv.errorsText(undefined, { dataVar: 'it' })}; download the JSON of the statement again.`,
    );
  }
  return value as StatementDocument;
}

/** The schema is that of the known formats: a statement in a newer one would only seem to be malformed. */
function assertKnownFormat(value: unknown): void {
  const { period, proof } = Object(value) as { period?: unknown; proof?: { format_version?: unknown } | null };
  const format = proof?.format_version;
  if (typeof period !== 'string' || typeof format !== 'string') return;
  if (!isKnownFormat(format)) throw new Rejected(unknownFormat(period, format));
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Rejected(`${file} is not JSON: ${jsonFault(error)}; download the JSON of the statement again.`);
  }
}

const checksOf = ({ lines, payouts, proof }: StatementDocument): readonly string[] => [
  `The balance, ${countOf(lines.length, 'line')} and ${countOf(payouts.length, 'payout')} are the rows that the seal covers for this creator and currency: none is changed, missing or added.`,
  'The lines, payouts and fractions add up to the balance.',
  `The hashes of the ${proof.path.length} levels of the tree lead from these rows to the seal.`,
];

const NOT_COVERED: readonly string[] = [
  'Names, titles, sentences and dates that only explain the amounts.',
  'Whether and why the balance is paid out: this depends on the day.',
];

function nextStep(period: string, { holds, isCompared }: { holds: boolean; isCompared: boolean }): string {
  if (!holds) return 'Do not rely on this file: ask whoever issued the statement for it again.';
  if (isCompared) return 'The seal was compared with the one that you gave.';
  return `This shows that the amounts belong to the seal above. Compare the seal with the published one of ${period}: "tantieme close" and GET /v1/periods/${period} show it; --seal HASH compares it.`;
}
