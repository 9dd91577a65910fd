import { deflateSync } from 'node:zlib';
import PDFDocument from 'pdfkit';
import { FAST } from '../compression.ts';

/**
 * A PDF that is taken as a whole instead of as a stream. pdfkit copies each of its lines several times on its way into the
 * stream; here they are joined once.
 */
export class WholePdf extends PDFDocument {
  // Without initializers, because the constructor of pdfkit already writes.
  declare private pieces: (string | Uint8Array)[] | undefined;
  declare private contents: Map<PDFKit.PDFPage, string[]> | undefined;

  override ref(data: object = {}): PDFKit.PDFKitReference {
    const reference = super.ref(data);
    const finalize = reference.finalize.bind(reference);
    reference.finalize = () => {
      if (reference.compress && reference.buffer.length > 0) {
        reference.buffer = [deflateSync(Buffer.concat(reference.buffer), FAST)];
        reference.compress = false;
      }
      finalize();
    };
    return reference;
  }

  /** Ends the document. */
  toBytes(): Buffer {
    this.end();
    const bytes: Uint8Array[] = [];
    let lines: string[] = [];
    for (const piece of this.pieces ?? []) {
      if (typeof piece === 'string') lines.push(piece);
      else {
        bytes.push(Buffer.from(lines.join(''), 'latin1'), piece);
        lines = [];
      }
    }
    return Buffer.concat([...bytes, Buffer.from(lines.join(''), 'latin1')]);
  }

  override _write(data: string | Uint8Array): void {
    const piece = typeof data === 'string' ? `${data}\n` : data;
    this.pieces ??= [];
    this.pieces.push(piece);
    this._offset += piece.length;
  }

  override addContent(line: string): this {
    this.contents ??= new Map();
    const lines = this.contents.get(this.page);
    if (lines) lines.push(line);
    else this.contents.set(this.page, [line]);
    return this;
  }

  override flushPages(): void {
    for (const page of this._pageBuffer) {
      const lines = this.contents?.get(page) ?? [];
      page.write(Buffer.from(`${lines.join('\n')}\n`, 'latin1'));
      this.contents?.delete(page);
    }
    super.flushPages();
  }
}
