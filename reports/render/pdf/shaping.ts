import bidiFactory, { type Bidi } from 'bidi-js';
import * as harfbuzz from 'harfbuzzjs';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { type FaceName, faceNameOf, faceOf, type HanFont } from './script-fonts.ts';
import type { Weight } from './typeface.ts';

/** A glyph where it is drawn. Lengths in ems. */
export interface PlacedGlyph {
  readonly id: number;
  /** From the left end of the line, and above its baseline. */
  readonly x: number;
  readonly up: number;
  /** It takes no place of its own in the line. */
  readonly isMark: boolean;
  /** Where the text begins that it stands for, together with the other glyphs of its cluster, and that text. */
  readonly start: number;
  readonly text: string;
}

/** Glyphs of one font that run in one direction, from left to right. */
export interface ShapedRun {
  readonly face: FaceName;
  readonly isRtl: boolean;
  readonly glyphs: readonly PlacedGlyph[];
}

/** A line as glyphs. */
export interface ShapedLine {
  /** In ems. */
  readonly width: number;
  /** From left to right. */
  readonly runs: readonly ShapedRun[];
  readonly hasRtl: boolean;
}

type Direction = 'ltr' | 'rtl';

interface ShapeOptions {
  readonly weight: Weight;
  readonly han: HanFont;
  /** Of the paragraph that the line is in. */
  readonly direction: Direction;
  readonly features?: readonly string[];
}

/** A part of a line, in one font and one direction. */
interface Item {
  readonly start: number;
  end: number;
  readonly face: FaceName;
  /** UAX #9: odd numbers run from right to left. */
  readonly level: number;
}

/** The types of the package say that the factory is in `default`, but it is what the module exports. */
const bidi = (bidiFactory as unknown as () => Bidi)();
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Inter has forms for `->` and `2x2` that would change a name. */
const OFF = ['calt', 'liga'].map((tag) => new harfbuzz.Feature(tag, 0));

/** The direction of a paragraph: that of its first letter. UAX #9, P2 and P3. */
export function directionOf(text: string): Direction {
  return (bidi.getEmbeddingLevels(text).paragraphs[0]?.level ?? 0) % 2 === 1 ? 'rtl' : 'ltr';
}

/**
 * One line of text as glyphs: directions by the Unicode Bidirectional Algorithm, joining and placing by HarfBuzz. A character
 * that no font has is left out; `legible` has replaced it.
 */
export function shapeLine(text: string, options: ShapeOptions): ShapedLine {
  const runs: ShapedRun[] = [];
  let width = 0;
  for (const item of inVisualOrder(itemsOf(text, options))) {
    const { run, advance } = shapeItem(text, { item, from: width, features: options.features ?? [] });
    runs.push(run);
    width += advance;
  }
  return { width, runs, hasRtl: runs.some(({ isRtl }) => isRtl) };
}

function itemsOf(text: string, { weight, han, direction }: ShapeOptions): Item[] {
  const { levels } = bidi.getEmbeddingLevels(text, direction);
  const items: Item[] = [];
  for (const { segment, index } of graphemes.segment(text)) {
    const face = faceNameOf(segment, weight, han);
    if (face === undefined) continue;
    const level = levels[index] ?? 0;
    const last = items.at(-1);
    if (last?.face === face && last.level === level && last.end === index) last.end += segment.length;
    else items.push({ start: index, end: index + segment.length, face, level });
  }
  return items;
}

/** UAX #9, L2: from the highest level down, each stretch of that level or a higher one is reversed. */
function inVisualOrder(items: readonly Item[]): Item[] {
  const ordered = [...items];
  const highest = Math.max(0, ...items.map(({ level }) => level));
  for (let level = highest; level > 0; level -= 1) {
    for (let from = 0; from < ordered.length; from += 1) {
      let to = from;
      while ((ordered[to]?.level ?? -1) >= level) to += 1;
      if (to > from) ordered.splice(from, to - from, ...ordered.slice(from, to).reverse());
      from = Math.max(from, to);
    }
  }
  return ordered;
}

function shapeItem(
  text: string,
  { item, from, features }: { item: Item; from: number; features: readonly string[] },
): { run: ShapedRun; advance: number } {
  const { start, end, face, level } = item;
  const { shaper, font } = faceOf(face);
  const isRtl = level % 2 === 1;
  const buffer = new harfbuzz.Buffer();
  // With the whole line, so that letters join over the border of a run.
  buffer.addText(text, start, end - start);
  buffer.guessSegmentProperties();
  buffer.setDirection(isRtl ? harfbuzz.Direction.RTL : harfbuzz.Direction.LTR);
  buffer.setFlags(harfbuzz.BufferFlag.REMOVE_DEFAULT_IGNORABLES);
  const on = features.map((tag) => new harfbuzz.Feature(tag));
  harfbuzz.shape(shaper, buffer, face === 'regular' || face === 'strong' ? [...OFF, ...on] : []);
  const infos = buffer.getGlyphInfos();
  const positions = buffer.getGlyphPositions();
  const starts = [...new Set(infos.map(({ cluster }) => cluster))].sort((a, b) => a - b);
  const em = font.unitsPerEm;
  let pen = from;
  const glyphs = infos.map(({ codepoint: id, cluster }, index): PlacedGlyph => {
    const position = requirePresent(positions[index], 'A glyph must have a position.');
    const next = starts[starts.indexOf(cluster) + 1] ?? end;
    const x = pen + position.xOffset / em;
    pen += position.xAdvance / em;
    const isMark = position.xAdvance === 0;
    return { id, x, up: position.yOffset / em, isMark, start: cluster, text: text.slice(cluster, next) };
  });
  return { run: { face, isRtl, glyphs }, advance: pen - from };
}
