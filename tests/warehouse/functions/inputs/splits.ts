import fc from 'fast-check';
import {
  crossed,
  each,
  type Inputs,
  type InputsByName,
  LARGEST_INT64,
  LEAST_INT64,
  marred,
  nullable,
  sometimes,
  textOf,
} from './arbitrary.ts';

const gaps = fc.oneof(
  sometimes(fc.constantFrom('', ' ', '\n', '\t\r\n '), 60),
  sometimes(fc.constantFrom('\u00a0', '\f', '\v'), 1),
);
const ids = fc.oneof(
  sometimes(
    fc.stringMatching(/^cr_[A-Za-z0-9_-]{1,20}$/).map((id) => JSON.stringify(id)),
    20,
  ),
  sometimes(
    textOf(8).map((id) => `"${id.replaceAll(/["\\\p{Cc}]/gu, '')}"`),
    4,
  ),
  sometimes(
    textOf(8).map((id) => JSON.stringify(id)),
    1,
  ),
  sometimes(fc.constantFrom('{}', '[]', 'null', 'true', '7', '{"a":"b"}', '"\\u0063r_a"', '""'), 1),
);
const parts = fc.oneof(
  sometimes(fc.nat({ max: 10_000 }).map(String), 20),
  sometimes(
    fc.constantFrom(
      '1.5',
      '1.0',
      '1e3',
      '1E3',
      '-1',
      '-0',
      '10001',
      '99999',
      '100000',
      '007',
      '+1',
      '"5000"',
      'null',
      '1_000',
      '{}',
      '9223372036854775808',
      'NaN',
      'true',
    ),
    1,
  ),
);
const holders = fc.tuple(ids, parts, gaps, fc.boolean(), fc.nat({ max: 60 })).map(([id, part, gap, turned, odd]) => {
  const members = [`"creator_id"${gap}:${gap}${id}`, `"share_bps"${gap}:${gap}${part}`];
  if (odd === 0) members.push('"role":"author"');
  if (odd === 1) members.push(members[0] ?? '');
  if (odd === 2) members.pop();
  return `{${gap}${(turned ? members.reverse() : members).join(`${gap},${gap}`)}${gap}}`;
});
const arrays = fc
  .tuple(fc.array(holders, { minLength: 1, maxLength: 4 }), gaps)
  .map(([all, gap]) => `${gap}[${gap}${all.join(`${gap},${gap}`)}${gap}]${gap}`);
const splits = fc.oneof(
  sometimes(arrays, 30),
  sometimes(marred(arrays, '[]{}",:\\0123456789.eE-+ \n\u0000aé😀'), 6),
  sometimes(fc.json(), 1),
  sometimes(fc.string({ unit: 'binary' }), 1),
);
const TWO = '[{"creator_id":"cr_ada","share_bps":3333},{"share_bps":6667,"creator_id":"cr_ben"}]';
const ONE = '[{"creator_id":"cr_ada","share_bps":10000}]';
const SPLITS_EDGES = [
  ...[
    TWO,
    ONE,
    '[]',
    ' [ ] ',
    '',
    ' ',
    'null',
    '{}',
    '"a"',
    '1',
    'true',
    '[1]',
    '[{}]',
    '[null]',
    '[[]]',
    '[',
    ']',
    '[[]',
    '[]]',
  ],
  ...[
    `${ONE} x`,
    `${ONE}/*a*/`,
    `${ONE}\n`,
    `\f${ONE}`,
    `\ufeff${ONE}`,
    `${ONE}\u0000`,
    `${ONE},`,
    `[${ONE}]`,
    `${ONE}${ONE}`,
  ],
  ...['[NaN]', '[01]', '[1,]', '[,1]', '{"a":[]}', "[{'creator_id':'cr_ada','share_bps':1}]", `[${'['.repeat(2000)}`],
  ...['1.5', '1.0', '1e3', '-1', '"1"', 'null', '01', '10001', '100000', '1_000'].map((part) =>
    ONE.replace('10000', part),
  ),
  ...['{}', '[]', 'null', '1', '"a\\"b"', '"\\u0061"', '""', '"é😀"', '"a\u0001"', '"a\u007f"'].map((id) =>
    ONE.replace('"cr_ada"', id),
  ),
  ONE.replace('}', ',"share_bps":1}'),
  ONE.replace('}', ',"role":"author"}'),
  ONE.replace('creator_id', 'CREATOR_ID'),
  `[${Array.from({ length: 25 }, (_, nth) => `{"creator_id":"cr_${nth}","share_bps":400}`).join(',')}]`,
];
const ORDINAL_EDGES = [
  ...each([0n, 1n, 2n, 3n, 25n, 26n, 1_000_000n, 2n ** 31n, 2n ** 32n + 1n]),
  LEAST_INT64,
  LARGEST_INT64,
];
const ordinals = fc.oneof(
  sometimes(fc.bigInt({ min: 1n, max: 2n }), 20),
  sometimes(fc.bigInt({ min: -3n, max: 30n }), 2),
  sometimes(fc.bigInt({ min: LEAST_INT64, max: LARGEST_INT64 }), 1),
);
/** Only those that split_share_sum can read: of others the lists of ids and shares mean nothing. */
const readable = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.stringMatching(/^cr_[A-Za-z0-9_-]{1,20}$/),
        textOf(8).map((id) => id.toWellFormed().replaceAll(/["\\\p{Cc}]/gu, '')),
      ),
      fc.nat({ max: 99_999 }),
      fc.constantFrom('', ' ', '\n', '\t\r\n '),
      fc.boolean(),
    ),
    { maxLength: 4 },
  )
  .map((all) => {
    const texts = all.map(([id, share, gap, turned]) => {
      const members = [`"creator_id"${gap}:${gap}"${id}"`, `"share_bps"${gap}:${gap}${share}`];
      return `{${gap}${(turned ? members.reverse() : members).join(`${gap},${gap}`)}${gap}}`;
    });
    return `[${texts.join(',')}]`;
  });
const READABLE_EDGES = [
  TWO,
  ONE,
  '[]',
  ' [ ] ',
  ONE.replace('"cr_ada"', '""'),
  ONE.replace('"cr_ada"', '"é😀"'),
  ONE.replace('10000', '0'),
  `[${Array.from({ length: 25 }, (_, nth) => `{"creator_id":"cr_${nth}","share_bps":400}`).join(',')}]`,
];
const elements = (call: string): Inputs => ({
  call,
  types: ['json', 'int64'],
  edges: crossed(READABLE_EDGES, ORDINAL_EDGES),
  random: fc.tuple(nullable(readable), nullable(ordinals)),
});

export const SPLIT_INPUTS: InputsByName = {
  split_share_sum: {
    types: ['json'],
    edges: [...SPLITS_EDGES, null].map((text) => [text]),
    random: fc.tuple(nullable(splits)),
  },
  split_creator_ids: elements('fn.element_at(fn.split_creator_ids(x0), x1)'),
  split_shares: elements('fn.element_at(fn.split_shares(x0), x1)'),
  element_at: elements('fn.element_at(fn.split_shares(x0), x1)'),
  element_count: {
    call: 'fn.element_count(fn.split_shares(x0))',
    types: ['json'],
    edges: [...READABLE_EDGES, null].map((text) => [text]),
    random: fc.tuple(nullable(readable)),
  },
};
