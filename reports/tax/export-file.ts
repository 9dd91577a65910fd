import type { Profiles } from './profiles.ts';
import type { TaxFile } from './tax-file.ts';

/** A file of an export. */
export interface ExportFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** Without headings. */
  readonly row_count: number;
}

export interface RenderOptions {
  readonly file: TaxFile;
  readonly profiles: Profiles;
}
