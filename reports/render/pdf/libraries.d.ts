/** Types of pdfkit 0.20 and of its font engine that their published type packages lack. */

declare module 'fontkit' {
  /** Lengths are in font units. */
  export interface Glyph {
    readonly id: number;
    readonly advanceWidth: number;
    readonly codePoints: readonly number[];
  }
  export interface Position {
    readonly xAdvance: number;
  }
  export interface Run {
    readonly glyphs: readonly Glyph[];
    readonly positions: readonly Position[];
  }
  export interface ParsedGlyph extends Glyph {
    /** Null for a glyph without an outline; components only for a compound glyph. */
    _decode(): { readonly components?: readonly { readonly glyphID: number; readonly pos: number }[] } | null;
    _getMetrics(): { readonly leftBearing: number };
  }
  /** The glyphs of one document. The members with an underscore and the tables are filled while it is encoded. */
  export interface Subset {
    includeGlyph(id: number): number;
    _addGlyph(id: number): number;
    readonly glyf: Uint8Array[];
    readonly loca: { readonly offsets: number[] };
    readonly hmtx: { readonly metrics: { advance: number; bearing: number }[] };
    offset: number;
  }
  export interface Font {
    readonly unitsPerEm: number;
    readonly loca: { readonly offsets: number[] };
    layout(text: string, features?: readonly string[]): Run;
    glyphForCodePoint(codePoint: number): Glyph;
    getGlyph(id: number): ParsedGlyph;
    createSubset(): Subset;
    _getTableStream(tag: string): { pos: number; readBuffer(length: number): Uint8Array };
  }
  export function create(bytes: Uint8Array): Font;
}

declare namespace PDFKit {
  /** A font as it is embedded in one document. Lists by the id of a glyph in the subset; lengths in thousandths of the size. */
  interface EmbeddedFont {
    readonly id: string;
    readonly subset: import('fontkit').Subset;
    readonly scale: number;
    readonly widths: (number | undefined)[];
    readonly unicode: (readonly number[] | undefined)[];
    ref(): PDFReference;
  }
  interface PDFDocument {
    readonly _font: EmbeddedFont;
    _offset: number;
    readonly _pageBuffer: readonly PDFPage[];
    _write(data: string | Uint8Array): void;
    addContent(line: string): this;
  }
  interface PDFPage {
    readonly fonts: Record<string, PDFReference>;
    write(data: string | Uint8Array): void;
  }
}

declare namespace PDFKit.Mixins {
  interface PDFFont {
    registerFont(name: string, font: import('fontkit').Font): this;
  }
  interface PDFAttachmentOptions {
    /** How the file relates to the page: ISO 32000-2, 7.11.3. */
    relationship?: 'Alternative' | 'Data';
  }
  interface StructureElementOptions {
    scope?: 'Row' | 'Column';
    /** left, top, right, bottom, from the top of the page. */
    bbox?: [number, number, number, number];
  }
}
