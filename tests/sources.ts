import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

/** The root of the repository. */
export const ROOT = join(import.meta.dirname, '..');
/** In the order in which they may import: each only itself and those before it. */
export const LAYERS = ['warehouse', 'ingest', 'transforms', 'reports', 'jobs', 'api'] as const;
/** The layers, and the tests. */
export const FOLDERS = [...LAYERS, 'tests'];

/** A file of TypeScript. */
export interface File {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
  /** Without comments and without what stands in quotes. */
  readonly code: string;
  /** Files of this repository that it imports. */
  readonly imports: readonly string[];
}

/** A text in quotes or backticks, or a comment. */
const TOKEN = /`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;

/** Every file of these folders, from the root, with slashes. */
export const paths = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/')),
);
/** Those of TypeScript. */
export const files = paths.filter((path) => path.endsWith('.ts')).map(fileAt);
/** Those outside the tests. */
export const production = files.filter(({ path }) => !path.startsWith('tests/'));

function fileAt(path: string): File {
  const text = readFileSync(join(ROOT, path), 'utf8');
  // A template may hold the text of another file, with imports of its own.
  const outside = text.replace(/`(?:\\.|[^`\\])*`/g, '``');
  const imported = [...outside.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, to = '']) =>
    normalize(join(dirname(path), to)).replaceAll('\\', '/'),
  );
  return { path, text, code: codeOf(text), imports: imported };
}

/** What stands between backticks stays: there may be code in it. */
function codeOf(text: string): string {
  return text.replace(TOKEN, (token) => (token.startsWith('`') ? token : token.startsWith('/') ? '' : "''"));
}

/** What stands in quotes and backticks. */
export function textsOf({ text }: File): string[] {
  return (text.match(TOKEN) ?? []).filter((token) => !token.startsWith('/'));
}
