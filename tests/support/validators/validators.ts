import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Validators of invoices that run in Java: Mustang, Saxon-HE for the rules of EN 16931, and the schemas of UBL 2.1. */

const POM = join(import.meta.dirname, 'pom.xml');
const PROGRAM = join(import.meta.dirname, 'validate.java');

/** Their jars, as Maven has fetched them; undefined, and said aloud, where they are not. */
export function validatorsInJava(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'tantieme-classpath-'));
  try {
    const file = join(folder, 'classpath');
    const { status } = spawnSync('mvn', [
      '-q',
      '-o',
      '-f',
      POM,
      'dependency:build-classpath',
      `-Dmdep.outputFile=${file}`,
    ]);
    if (status === 0) return readFileSync(file, 'utf8').trim();
    console.warn(
      `SKIPPED: no invoice is checked from outside; fetch the validators: mvn -f ${POM} dependency:build-classpath`,
    );
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export type Check =
  | { readonly by: 'rules'; readonly xslt: string; readonly file: string }
  | { readonly by: 'ubl' | 'mustang'; readonly file: string };

/** What each check says: empty if the file is good. */
export function faultsByJava(classpath: string, checks: readonly Check[]): string[] {
  const lines = checks.map((check) => [check.by, ...(check.by === 'rules' ? [check.xslt] : []), check.file].join('\t'));
  const { stdout, stderr } = spawnSync('java', ['-cp', classpath, PROGRAM], {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const results = [...stdout.matchAll(/^RESULT\t(PASS|FAIL)\t(.*)$/gm)];
  if (results.length !== checks.length)
    throw new Error(`The validators stopped: ${stdout.slice(-2000)}${stderr.slice(-2000)}`);
  return results.map(([, verdict, said = '']) => (verdict === 'PASS' ? '' : said || 'FAIL'));
}
