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
  /** The glyphs of one document. */
  export interface Subset {
    /** The id in the subset of a glyph of the font. */
    includeGlyph(id: number): number;
    /** The bytes of a font with these glyphs. */
    encode(): Uint8Array;
  }
  export interface Font {
    readonly unitsPerEm: number;
    readonly directory: {
      readonly tables: Readonly<Record<string, { readonly offset: number; readonly length: number }>>;
    };
    readonly loca: { readonly offsets: readonly number[] };
    layout(text: string, features?: readonly string[]): Run;
    glyphForCodePoint(codePoint: number): Glyph;
    hasGlyphForCodePoint(codePoint: number): boolean;
    getGlyph(id: number): ParsedGlyph;
    createSubset(): Subset;
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
    readonly _registeredFonts: Readonly<Record<string, object | undefined>>;
    _offset: number;
    readonly _pageBuffer: readonly PDFPage[];
    _write(data: string | Uint8Array): void;
    addContent(line: string): this;
    /** An image of this document, of a PNG or JPEG file; in pixels. */
    openImage(bytes: Uint8Array): ArrayBuffer & { readonly width: number; readonly height: number };
    /** Adds to the metadata. */
    appendXML(xml: string): void;
  }
  interface PDFKitReference {
    /** The pieces of a stream. */
    buffer: Uint8Array[];
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
