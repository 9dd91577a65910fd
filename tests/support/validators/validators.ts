import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { classpathOf, FOR_SECONDS } from '../java.ts';

/** Validators of invoices that run in Java: Mustang, Saxon-HE for the rules of EN 16931, and the schemas of UBL 2.1. */

const POM = join(import.meta.dirname, 'pom.xml');
const PROGRAM = join(import.meta.dirname, 'validate.java');

/** Their jars; undefined, and said aloud, where they are not. */
export const validatorsInJava = (): string | undefined =>
  classpathOf(POM, { otherwise: 'no invoice is checked from outside' });

export type Check =
  | { readonly by: 'rules'; readonly xslt: string; readonly file: string }
  | { readonly by: 'ubl' | 'mustang'; readonly file: string };

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
