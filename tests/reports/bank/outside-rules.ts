import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { validateXML } from 'xmllint-wasm';
import { warnSkipped } from '../../support/skipped-tests.ts';

/** Schemas, samples and validators that are not ours: beside this repository, and in Python. Where they are not, a test says so and is skipped. */
const FOLDER =
  process.env.CONFORMANCE_DOCUMENTS ?? join(import.meta.dirname, '../../../../shared/conformance/documents');

export const hasConformance: boolean = existsSync(FOLDER);
if (!hasConformance) warnSkipped(`the schemas, headings and samples of outgoing papers are not here (${FOLDER}).`);

export const conformancePath = (path: string): string => join(FOLDER, path);

export function conformanceFile(path: string): Buffer {
  return readFileSync(conformancePath(path));
}

/** What an XSD of the conformance folder, with those that it imports, says against files; empty if nothing. */
export async function faultsBySchema(
  schema: string,
  files: readonly Uint8Array[],
  imported: readonly string[] = [],
): Promise<string[]> {
  const xml = files.map((contents, at) => ({ fileName: `file-${at + 1}.xml`, contents }));
  const preload = imported.map((path) => ({ fileName: basename(path), contents: conformanceFile(path).toString() }));
  const { errors } = await validateXML({ xml, schema: [conformanceFile(schema).toString()], preload });
  return errors.map(({ rawMessage }) => rawMessage);
}

const PYTHON = process.env.PYTHON ?? 'python3';
const ACHKIT = `
import sys, json
from achkit.validate import validate
print(json.dumps([[error['code'] for error in validate(text)['errors']] for text in json.load(sys.stdin)]))`;

/** What PyPI's `achkit` says against files of credits, as codes, for each file; undefined if it is not installed. */
export function faultsByAchkit(files: readonly string[]): string[][] | undefined {
  try {
    return JSON.parse(execFileSync(PYTHON, ['-c', ACHKIT], { input: JSON.stringify(files), stdio: 'pipe' }).toString());
  } catch {
    warnSkipped(
      'achkit checks no ACH file: pip install -r tests/support/requirements.txt, or set PYTHON to an interpreter that has it.',
    );
    return undefined;
  }
}
