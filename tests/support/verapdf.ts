import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { warnSkipped } from './skipped-tests.ts';

/** veraPDF, where Maven puts it: `mvn dependency:get -Dartifact=org.verapdf.apps:greenfield-apps:1.28.2 -Dtransitive=false`. */
const VERSION = '1.28.2';
const JAR = join(
  homedir(),
  `.m2/repository/org/verapdf/apps/greenfield-apps/${VERSION}/greenfield-apps-${VERSION}.jar`,
);
const MAIN = 'org.verapdf.apps.GreenfieldCliWrapper';

/** Whether it is here; if not, says aloud that nothing is checked. */
export function hasVeraPdf(): boolean {
  const canRun = existsSync(JAR) && !spawnSync('java', ['-version']).error;
  if (!canRun) warnSkipped(`no PDF is checked against PDF/A-3a and PDF/UA-1, because java or ${JAR} is missing.`);
  return canRun;
}

/** What veraPDF says of files by a flavour, `3a` or `ua1`: PASS or FAIL, by name. */
export function verdictsOfVeraPdf(flavour: string, files: readonly string[]): Record<string, string> {
  const { stdout } = spawnSync('java', ['-cp', JAR, MAIN, '-f', flavour, '--format', 'text', ...files], {
    encoding: 'utf8',
  });
  const verdicts = [...stdout.matchAll(/^(PASS|FAIL) .*\/([\w-]+\.pdf)/gm)];
  return Object.fromEntries(verdicts.map(([, verdict = '', name = '']) => [name, verdict]));
}
