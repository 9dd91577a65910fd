import type { Font, Subset } from 'fontkit';
import { requirePresent } from '../../../warehouse/invariant.ts';

/** What a subset takes from the font for one glyph. */
interface EmbeddedGlyph {
  readonly outline: Uint8Array;
  /** The glyphs that a compound one consists of, and where its outline names them. */
  readonly components: readonly { readonly glyphID: number; readonly pos: number }[];
  readonly advance: number;
  readonly bearing: number;
}

type Table = readonly [tag: string, bytes: Uint8Array];

/** Tables that are the same in every subset, if the font has them. */
const COPIED = ['cvt ', 'fpgm', 'prep'];
const TRUETYPE = 0x00010000;
const HEADER = 12;
const DIRECTORY_ENTRY = 16;

/** The parts of a TrueType font that subsets are made of, each read once per process. */
class FontParts {
  readonly head: Uint8Array;
  readonly hhea: Uint8Array;
  readonly maxp: Uint8Array;
  readonly copied: readonly Table[];
  readonly #font: Font;
  readonly #outlines: Uint8Array;
  readonly #glyphs = new Map<number, EmbeddedGlyph>();

  constructor(font: Font, file: Uint8Array) {
    const find = (tag: string): Uint8Array | undefined => {
      const entry = font.directory.tables[tag];
      return entry && file.subarray(entry.offset, entry.offset + entry.length);
    };
    const require = (tag: string): Uint8Array => requirePresent(find(tag), `The font must have the table ${tag}.`);
    this.#font = font;
    this.#outlines = require('glyf');
    [this.head, this.hhea, this.maxp] = [require('head'), require('hhea'), require('maxp')];
    this.copied = COPIED.flatMap((tag) => {
      const bytes = find(tag);
      return bytes ? [[tag, bytes] as const] : [];
    });
  }

  glyph(id: number): EmbeddedGlyph {
    const known = this.#glyphs.get(id);
    if (known) return known;
    const glyph = this.#font.getGlyph(id);
    const read = {
      outline: this.#outlines.subarray(this.#font.loca.offsets[id], this.#font.loca.offsets[id + 1]),
      components: glyph._decode()?.components ?? [],
      advance: glyph.advanceWidth,
      bearing: glyph._getMetrics().leftBearing,
    };
    this.#glyphs.set(id, read);
    return read;
  }
}

/**
 * The glyphs of one document. The font engine has such a class too, but it parses each glyph for each document and takes
 * several times as long. The tables are those that ISO 32000-2, 9.9 demands.
 */
class FontSubset implements Subset {
  readonly #parts: FontParts;
  readonly #ids = new Map<number, number>();

  constructor(parts: FontParts) {
    this.#parts = parts;
    // Every font begins with the glyph for characters that it does not have.
    this.includeGlyph(0);
  }

  includeGlyph(id: number): number {
    const known = this.#ids.get(id);
    if (known !== undefined) return known;
    const next = this.#ids.size;
    this.#ids.set(id, next);
    return next;
  }

  encode(): Uint8Array {
    const { head, hhea, maxp, copied } = this.#parts;
    const glyphs: EmbeddedGlyph[] = [];
    const outlines: Uint8Array[] = [];
    // The components of compound glyphs are added to the end while it runs.
    for (const id of this.#ids.keys()) {
      const glyph = this.#parts.glyph(id);
      glyphs.push(glyph);
      outlines.push(glyph.components.length === 0 ? glyph.outline : this.#renumbered(glyph));
    }
    const [loca, hmtx] = [Buffer.alloc((glyphs.length + 1) * 4), Buffer.alloc(glyphs.length * 4)];
    let end = 0;
    for (const [index, { advance, bearing, outline }] of glyphs.entries()) {
      end += outline.length;
      loca.writeUInt32BE(end, (index + 1) * 4);
      hmtx.writeUInt16BE(advance, index * 4);
      hmtx.writeInt16BE(bearing, index * 4 + 2);
    }
    return fontFile([
      ...copied,
      ['glyf', Buffer.concat(outlines)],
      // The offsets of `loca` have four bytes.
      ['head', changed(head, 50, 1)],
      ['hhea', changed(hhea, 34, glyphs.length)],
      ['hmtx', hmtx],
      ['loca', loca],
      ['maxp', changed(maxp, 4, glyphs.length)],
    ]);
  }

  /** The outline of a compound glyph with the numbers that its components have here. */
  #renumbered({ outline, components }: EmbeddedGlyph): Uint8Array {
    const bytes = Buffer.from(outline);
    for (const { glyphID, pos } of components) bytes.writeUInt16BE(this.includeGlyph(glyphID), pos);
    return bytes;
  }
}

/** Lets a font, read from these bytes, give documents subsets that are made fast. */
export function makeSubsetsFast(font: Font, file: Uint8Array): void {
  const parts = new FontParts(font, file);
  font.createSubset = () => new FontSubset(parts);
}

/** A copy of a table with another 16-bit number at an offset. */
function changed(table: Uint8Array, offset: number, value: number): Uint8Array {
  const bytes = Buffer.from(table);
  bytes.writeUInt16BE(value, offset);
  return bytes;
}

/** The file of a font with these tables, in the order of their tags. Readers of PDFs do not use the checksums, which are left out. */
function fontFile(tables: readonly Table[]): Uint8Array {
  const power = 2 ** Math.floor(Math.log2(tables.length));
  const directory = Buffer.alloc(HEADER + tables.length * DIRECTORY_ENTRY);
  directory.writeUInt32BE(TRUETYPE, 0);
  directory.writeUInt16BE(tables.length, 4);
  directory.writeUInt16BE(power * DIRECTORY_ENTRY, 6);
  directory.writeUInt16BE(Math.log2(power), 8);
  directory.writeUInt16BE((tables.length - power) * DIRECTORY_ENTRY, 10);
  const pieces: Uint8Array[] = [directory];
  let offset = directory.length;
  for (const [index, [tag, bytes]] of tables.entries()) {
    const at = HEADER + index * DIRECTORY_ENTRY;
    directory.write(tag, at, 'latin1');
    directory.writeUInt32BE(offset, at + 8);
    directory.writeUInt32BE(bytes.length, at + 12);
    const padding = Buffer.alloc(-bytes.length & 3);
    pieces.push(bytes, padding);
    offset += bytes.length + padding.length;
  }
  return Buffer.concat(pieces);
}
