import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InvariantBroken, messageOf, Rejected, Unavailable } from '../../../warehouse/errors.ts';

/** The files of a repository, with changes that are kept in memory until all of them are known. */
export class Repository {
  readonly #root: string;
  readonly #changes = new Map<string, string>();

  constructor(root: string) {
    this.#root = root;
  }

  read(path: string): string {
    return this.#changes.get(path) ?? readFileSync(join(this.#root, path), 'utf8');
  }

  /** Throws `Rejected` for a file that is there already. */
  create(path: string, text: string): void {
    if (existsSync(join(this.#root, path))) throw new Rejected(`${path} exists already; choose another name.`);
    this.#changes.set(path, text);
  }

  change(path: string, edit: (text: string) => string): void {
    this.#changes.set(path, edit(this.read(path)));
  }

  /** Puts text before the first place after `start` at which `end` begins: the end of a list, of a part of a picture. */
  insert(path: string, { start, end, text }: { start: string; end: string; text: string }): void {
    this.change(path, (whole) => {
      const from = whole.indexOf(start);
      const at = from < 0 ? -1 : whole.indexOf(end, from + start.length);
      if (at < 0) throw new InvariantBroken(`${path} has no ${JSON.stringify(start)} any more; mend the scaffold.`);
      return whole.slice(0, at) + text + whole.slice(at);
    });
  }

  /** Writes every change, formatted, or none of them. Gives the paths. */
  write(): string[] {
    const formatted = [...this.#changes].map(([path, text]) => ({ path, text: this.#formatted(path, text) }));
    const undo: (() => void)[] = [];
    try {
      for (const { path, text } of formatted) {
        const before = this.#onDisk(path);
        undo.push(() => this.#put(path, before));
        this.#put(path, text);
      }
    } catch (error) {
      undo.pop();
      for (const back of undo.reverse()) back();
      throw new Unavailable(`Nothing was written: ${messageOf(error)}`);
    }
    return formatted.map(({ path }) => path);
  }

  #onDisk(path: string): string | undefined {
    return existsSync(join(this.#root, path)) ? readFileSync(join(this.#root, path), 'utf8') : undefined;
  }

  #put(path: string, text: string | undefined): void {
    const file = join(this.#root, path);
    if (text === undefined) {
      rmSync(file, { force: true });
      return;
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Biome sorts the imports and breaks the lines. */
  #formatted(path: string, text: string): string {
    if (!path.endsWith('.ts')) return text;
    const biome = join(this.#root, 'node_modules/.bin/biome');
    return execFileSync(biome, ['check', '--write', `--stdin-file-path=${path}`], {
      cwd: this.#root,
      input: text,
      encoding: 'utf8',
    });
  }
}
