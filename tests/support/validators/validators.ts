import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { sha256Hex } from '../../../warehouse/ids.ts';

/** Validators of invoices that run in Java: Mustang, Saxon-HE for the rules of EN 16931, and the schemas of UBL 2.1. */

const POM = join(import.meta.dirname, 'pom.xml');
const PROGRAM = join(import.meta.dirname, 'validate.java');
const CACHE = join(import.meta.dirname, '../../../node_modules');

/** Their jars, as Maven has fetched them; undefined, and said aloud, where they are not. Maven takes eight seconds to name them, so that is kept. */
export function validatorsInJava(): string | undefined {
  const kept = join(CACHE, `.tantieme-validators-${sha256Hex(readFileSync(POM)).slice(0, 16)}`);
  const known = existsSync(kept) ? readFileSync(kept, 'utf8') : undefined;
  if (known?.split(delimiter).every((jar) => existsSync(jar))) return known;
  const found = askMaven();
  if (found) writeFileSync(kept, found);
  else
    console.warn(
      `SKIPPED: no invoice is checked from outside; fetch the validators: mvn -f ${POM} dependency:build-classpath`,
    );
  return found;
}

function askMaven(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'tantieme-classpath-'));
  try {
    const file = join(folder, 'classpath');
    const goal = ['dependency:build-classpath', `-Dmdep.outputFile=${file}`];
    const { status } = spawnSync('mvn', ['-q', '-o', '-f', POM, ...goal]);
    return status === 0 ? readFileSync(file, 'utf8').trim() : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export type Check =
  | { readonly by: 'rules'; readonly xslt: string; readonly file: string }
  | { readonly by: 'ubl' | 'mustang'; readonly file: string };

/** It runs for seconds: without the second compiler and with one collector it takes half the time. */
const FOR_SECONDS = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** What each check says: empty if the file is good. All of them in one machine, which compiles each set of rules once. */
export async function faultsByJava(classpath: string, checks: readonly Check[]): Promise<string[]> {
  const lines = checks.map((check) => [check.by, ...(check.by === 'rules' ? [check.xslt] : []), check.file].join('\t'));
  const java = spawn('java', [...FOR_SECONDS, '-cp', classpath, PROGRAM], { stdio: ['pipe', 'pipe', 'pipe'] });
  let [said, stderr] = ['', ''];
  java.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  java.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A Java that has ended says why when it closes.
  java.stdin.on('error', () => undefined);
  java.stdin.end(`${lines.join('\n')}\n`);
  await once(java, 'close');
  const results = [...said.matchAll(/^RESULT\t(PASS|FAIL)\t(.*)$/gm)];
  if (results.length !== checks.length)
    throw new Error(`The validators stopped: ${said.slice(-2000)}${stderr.slice(-2000)}`);
  return results.map(([, verdict, why = '']) => (verdict === 'PASS' ? '' : why || 'FAIL'));
}
