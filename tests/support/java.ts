import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { sha256Hex } from '../../warehouse/ids.ts';
import { warnSkipped } from './skipped-tests.ts';

/** What outside programs in Java need: their jars, as Maven has fetched them. */

const CACHE = join(import.meta.dirname, '../../node_modules');

/** They run for seconds: without the second compiler and with one collector they take half the time. */
export const FOR_SECONDS: readonly string[] = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** The jars of a POM; undefined, and said aloud, where they are not. Maven takes eight seconds to name them, so that is kept. */
export function classpathOf(pom: string, { otherwise }: { readonly otherwise: string }): string | undefined {
  const kept = join(CACHE, `.tantieme-jars-${sha256Hex(readFileSync(pom)).slice(0, 16)}`);
  const known = existsSync(kept) ? readFileSync(kept, 'utf8') : undefined;
  if (known?.split(delimiter).every((jar) => existsSync(jar))) return known;
  const found = askMaven(pom);
  if (found) writeFileSync(kept, found);
  else warnSkipped(`${otherwise}; fetch the jars: mvn -f ${pom} dependency:build-classpath`);
  return found;
}

function askMaven(pom: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'tantieme-classpath-'));
  try {
    const file = join(folder, 'classpath');
    const goal = ['dependency:build-classpath', `-Dmdep.outputFile=${file}`];
    const { status } = spawnSync('mvn', ['-q', '-o', '-f', pom, ...goal]);
    return status === 0 ? readFileSync(file, 'utf8').trim() : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
