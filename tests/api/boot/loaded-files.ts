import { join } from 'node:path';

/** A module that prints every file that a program loads, on stderr when it ends. */
const PRINTS_LOADED_FILES = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  process.on('exit', () => writeSync(2, loaded.map((url) => 'loaded ' + url + '\\n').join('')));
`)}`;

/** The environment in which a program prints the files that it loads. */
export const PRINTING_FILES = { NODE_OPTIONS: `--import ${PRINTS_LOADED_FILES}` } as const;

/** The project files and the packages that a program has loaded, by what it printed on stderr. */
export function loadedIn(err: string): { files: string[]; packages: string[] } {
  const root = join(import.meta.dirname, '../../..');
  const urls = [...err.matchAll(/^loaded file:\/\/(.*)$/gm)].map(([, path = '']) => path.replace(`${root}/`, ''));
  const packages = urls.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  return { files: urls.filter((path) => !path.startsWith('node_modules/')), packages: [...new Set(packages)] };
}
