import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StatementDocument } from '../../../reports/statement/document.ts';
import { renderJson } from '../../../reports/statement/json.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { composeStatements } from '../../reports/statement/composed.ts';
import { openClosedJanuary } from '../../transforms/closed-january.ts';
import { runHere } from './command-line.ts';

let folder: string;
let statement: StatementDocument;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tantieme-verify-'));
  const warehouse = await openClosedJanuary();
  const [first] = await composeStatements(warehouse, { period: parsePeriod('2026-01'), issuerName: 'Tantieme' });
  statement = first as StatementDocument;
  await warehouse.close();
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command on a file; reading the environment, by which it would find a data folder, is an error. */
async function verify(document: unknown, ...options: string[]) {
  const file = join(folder, 'statement.json');
  await writeFile(file, typeof document === 'string' ? document : renderJson(document as StatementDocument));
  return runHere(['verify-statement', file, ...options], () => {
    throw new Error('This command needs no settings.');
  });
}

const edited = (): StatementDocument => {
  const [line, ...rest] = statement.lines;
  return { ...statement, lines: [{ ...line, amount: '99.00' } as (typeof statement.lines)[number], ...rest] };
};

test('a statement is checked by its file alone, and the seal is to be compared', async () => {
  const { code, out, err } = await verify(statement);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain(statement.seal);
  expect(out).toContain('none is changed, missing or added');
  expect(out).toContain(
    'Compare the seal with the published one of 2026-01: "tantieme close" and GET /v1/periods/2026-01',
  );
  expect(existsSync(join(folder, 'data'))).toBe(false);
});

test('the published seal is compared', async () => {
  const { code, out } = await verify(statement, '--seal', statement.seal.toUpperCase(), '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ holds: true, problems: [], period: '2026-01', creator_id: 'cr_ada' });
  const other = await verify(statement, '--seal', 'f'.repeat(64));
  expect(other.code).toBe(1);
  expect(other.out).toContain('The seal of the statement is not the published one');
});

test('a statement in a format that this version does not know is refused, whatever else is in it', async () => {
  const { proof } = statement;
  for (const newer of [
    { ...statement, proof: { ...proof, format_version: '2' } },
    { ...statement, proof: { format_version: '2', leaf: 'x' } },
  ]) {
    expect(await verify(newer)).toEqual({
      code: 2,
      out: '',
      err: 'The books of 2026-01 were closed in format 2, which this version does not know; use a newer version of Tantieme.\n',
    });
  }
});

test('a changed blind fails', async () => {
  const { code, out } = await verify({ ...statement, proof: { ...statement.proof, blind: 'f'.repeat(64) } });
  expect(code).toBe(1);
  expect(out).toContain('The proof does not lead to the seal');
});

test('a changed amount fails, with the line that does not belong to the seal', async () => {
  const { code, out, err } = await verify(edited());
  expect(code).toBe(1);
  expect(out).toContain(
    `The line ${statement.lines[0]?.line_id} of asset_song over 99.00 EUR does not belong to the seal.`,
  );
  expect(out).not.toContain('none is changed');
  expect(out).toContain('Do not rely on this file');
  expect(out).not.toContain('This shows that the amounts belong');
  expect(err).toMatch(/statement\.json does not prove its amounts: 3 problems, listed above\.\n$/);
});

test.each([
  ['{ "a":\nnone }', [], /is not JSON: Unexpected token '.'; download the JSON of the statement again\.$/m],
  ['{', [], /is not JSON: .+; download the JSON of the statement again\.$/m],
  ['{}', [], /is not the JSON of a statement with a proof: it must have required property/],
  ['{}', ['--seal', 'abc'], /--seal takes the 64 hexadecimal digits/],
])('wrong use exits with 2: %s %j', async (text, options, reason) => {
  const { code, out, err } = await verify(text, ...options);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(reason);
});

test('a file that does not exist, or none, is wrong use', async () => {
  const { code, err } = await verify(statement, 'another');
  expect([code, err]).toEqual([2, expect.stringContaining('Unexpected argument: another.')]);
});
