/** Types of pdfkit 0.20 and of its font engine that their published type packages lack. */

declare module 'fontkit' {
  /** Lengths are in font units. */
  export interface Glyph {
    readonly id: number;
    readonly advanceWidth: number;
    readonly codePoints: readonly number[];
  }
  export interface Position {
    xAdvance: number;
    yAdvance: number;
    xOffset: number;
    yOffset: number;
  }
  export interface Run {
    readonly glyphs: readonly Glyph[];
    readonly positions: readonly Position[];
    readonly advanceWidth: number;
  }
  export interface Font {
    readonly unitsPerEm: number;
    layout: (text: string, features?: readonly string[]) => Run;
    glyphForCodePoint(codePoint: number): Glyph;
  }
  export function create(bytes: Uint8Array): Font;
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
