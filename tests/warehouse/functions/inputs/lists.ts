import fc from 'fast-check';
import { crossed, type InputsByName, marred, nullable, sometimes, textOf } from './arbitrary.ts';

const ODD_LISTS = [
  ...[
    '',
    '[',
    'null',
    '{}',
    '"a"',
    '["a"',
    '["a",]',
    '["a"] x',
    '[1]',
    '[null]',
    '["a",null]',
    '[["a"]]',
    '["a",{}]',
    '["\\u0061"]',
  ],
  ...[
    '["\\ud83d\\ude00"]',
    '["\\ud800"]',
    '["\\/"]',
    "['a']",
    '["a" ]',
    ' ["a"]',
    '["a\n"]',
    '["a"]\u0000',
    '[NaN]',
    '[01]',
    '["\\x"]',
  ],
];
const EVERY_CHARACTER = Array.from({ length: 0x180 }, (_, code) => String.fromCodePoint(code));
const lists = fc.array(textOf(6), { maxLength: 6 }).chain((texts) => {
  const list = fc.constant(JSON.stringify(texts));
  const member = texts.length > 0 ? fc.oneof(fc.constantFrom(...texts), textOf(3)) : textOf(3);
  return fc.tuple(
    nullable(member),
    nullable(fc.oneof(sometimes(list, 30), sometimes(marred(list, '[]{}",:\\/un01 \nab'), 1))),
  );
});

export const LIST_INPUTS: InputsByName = {
  is_in_list: {
    types: ['string', 'string'],
    edges: [
      ...crossed(['a', '', '1', '{}'], [...ODD_LISTS, '[]', '["a"]', '["a","1","{}",""]']),
      ...EVERY_CHARACTER.flatMap((text) => [
        [text, JSON.stringify(['x', text])],
        [text, JSON.stringify([`${text}x`])],
      ]),
    ],
    random: lists,
  },
};
