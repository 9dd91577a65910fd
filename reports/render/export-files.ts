import { countOf } from '../../warehouse/count-of.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { zipArchive, zipBytes } from './zip.ts';

/** A file of an export for another system. */
export interface ExportFile {
  /** The path in the archive. */
  readonly name: string;
  readonly bytes: Buffer;
  /** Without headings. */
  readonly row_count: number;
}

/** A file as a manifest lists it. */
export interface ListedFile {
  readonly name: string;
  readonly row_count: number;
  readonly sha256: string;
}

export const listed = ({ name, row_count, bytes }: ExportFile): ListedFile => ({
  name,
  row_count,
  sha256: sha256Hex(bytes),
});

/** As lines for people. */
export const linesOfFiles = (files: readonly ListedFile[]): string[] =>
  files.map(({ name, row_count, sha256 }) => `  ${name}, ${countOf(row_count, 'row')}, SHA-256 ${sha256}`);

/** Settings as lines for people. */
export const linesOfSettings = (settings: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(settings).map(
    ([name, value]) => `  ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );

export const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');

/** The files, and before them a text for people and a manifest, which are called by `stem`. */
export function withManifest(
  files: readonly ExportFile[],
  { stem, text, manifest }: { readonly stem: string; readonly text: string; readonly manifest: object },
): Pick<ExportFile, 'name' | 'bytes'>[] {
  return [
    { name: `${stem}.txt`, bytes: Buffer.from(text) },
    { name: `${stem}.json`, bytes: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) },
    ...files,
  ];
}

/** The files as one archive, dated as a closing. */
export function exportArchive(files: readonly Pick<ExportFile, 'name' | 'bytes'>[], cutoff_at: string): Buffer {
  return zipArchive(
    files.map(({ name, bytes }) => zipBytes(name, bytes)),
    Date.parse(cutoff_at),
  );
}
