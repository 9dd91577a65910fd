import fc from 'fast-check';
import { crossed, type InputsByName, nullable, textOf } from './arbitrary.ts';

/** A text and a piece of it, or another text. */
const texts = textOf(12).chain((text) => {
  const piece = fc
    .tuple(fc.nat({ max: text.length }), fc.nat({ max: text.length }))
    .map(([one, other]) => text.slice(Math.min(one, other), Math.max(one, other)).toWellFormed());
  return fc.tuple(nullable(fc.constant(text)), nullable(fc.oneof(piece, textOf(3))));
});

export const TEXT_INPUTS: InputsByName = {
  has_text: {
    types: ['string', 'string'],
    edges: crossed(
      ['', 'a', 'ab', 'é', 'e\u0301', '😀', 'a\u0000b', '\ufeffa', '{"userId":"dev_1"}', '%_\\'],
      ['', 'a', 'A', 'b', 'e', '\u0301', '\u0000', '\ufeff', '"userId":"dev_1"', '"userId":"dev"', '%', '\\'],
    ),
    random: texts,
  },
};
