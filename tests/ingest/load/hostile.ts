import type { Random } from '../../support/marketplace/prng.ts';
import { signUp } from './loading.ts';
import type { Message } from './receipts.ts';

/** Events as an attacker would send them with a key that everyone can read in a browser. The line is what is sent. */
export function hostileLine(nth: number, random: Random): string {
  const type = random.pick(['page', 'screen', 'identify', 'group', 'alias', 'track']);
  const place = random.pick(PLACES);
  const ids = { messageId: `hostile_${nth}`, userId: 'u', timestamp: '2026-01-10T12:00:00.000Z' };
  const base =
    type === 'track' && random.chance(0.5) ? signUp(1_000_000 + nth, ids) : { type, event: 'No Such Event', ...ids };
  const marked: Message = { ...base, [place]: MARK };
  const receipt = { received_at: '2026-02-01T00:00:00.000Z', source_id: 'browser', request_ip: '', message: marked };
  // As text, for it may have what no value in JavaScript can express.
  return JSON.stringify(receipt).replace(JSON.stringify(MARK), () => random.pick(PAYLOADS)(nth, random));
}

const MARK = '<payload>';
const PLACES = [
  'properties',
  'properties',
  'traits',
  'context',
  'context',
  'userProperties',
  'integrations',
  'groupId',
];

type Payload = (nth: number, random: Random) => string;

const object = (members: readonly string[]): string => `{${members.join(',')}}`;
const times = (count: number, text: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => text(index));

const PAYLOADS: readonly Payload[] = [
  // Wide: new columns in every event, many or few; or the same ones in every event.
  (nth, random) => object(times(random.pick([1, 3, 20, 140, 151]), (index) => `"wide_${nth}_${index}":${index}`)),
  (_, random) => object(times(190, (index) => `"same_${index}":${random.pick(['1', '"text"', '1.5', 'true'])}`)),
  // Deep: objects, arrays, and objects whose every level has a column of its own.
  (_, random) => random.pick(NESTED),
  (nth) => `${'{"up":'.repeat(40)}{"leaf_${nth}":1}${'}'.repeat(40)}`,
  // Names: huge, reserved, of prototypes, colliding, empty, not ASCII.
  (nth, random) => object([`"${'long'.repeat(random.pick([30, 200, 300]))}${nth}":1`]),
  () => object(['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((name) => `"${name}":{"polluted":[1]}`)),
  () =>
    object(
      ['id', 'ID', 'user_id', 'userId', 'loaded_at', 'uuid_ts', 'order', 'select', 'received_at', 'event'].map(
        (name) => `"${name}":"x"`,
      ),
    ),
  () =>
    object(
      ['_PARTITIONTIME', '_table_suffix', '_file_', '_row_timestamp', '_CHANGE_TYPE'].map((name) => `"${name}":1`),
    ),
  () =>
    object(
      ['aB', 'a_b', 'a b', 'a.b', 'A-B', '', ' ', 'ä', '日本', '\\u0000', '\\ud800'].map(
        (name, index) => `"${name}":${index}`,
      ),
    ),
  () =>
    '{"BQ":{"options":{"useBlendoCasing":true,"skipReservedKeywordsEscaping":true,"skipTracksTable":true,"jsonPaths":["a.b"]}}}',
  // Values: other types under one name, numbers and texts at their limits.
  (_, random) => object([`"shifting":${random.pick(ODD)}`, `"other":${random.pick(ODD)}`]),
  (_, random) => random.pick(ODD),
  // Forged: what RudderStack and the loader fill themselves.
  (_, random) =>
    `{"sourceId":${random.pick(ODD)},"ip":${random.pick(ODD)},"library":${random.pick(ODD)},"traits":{"0":"a","1":"b"},"sources":{"version":1}}`,
];

const NESTED = ['{"a":', '['].flatMap((opening) =>
  [300, 998, 1_200, 4_000].map(
    (levels) => `{"b":${opening.repeat(levels)}1${(opening === '[' ? ']' : '}').repeat(levels)}}`,
  ),
);

const ODD = [
  '1e400',
  '-1e400',
  '1e308',
  '5e-324',
  '-0',
  '9223372036854775807',
  '9223372036854775808',
  '123456789012345678901234567890',
  '0.1',
  'true',
  'null',
  '[]',
  '[null]',
  '{}',
  '[[1,{"a":"<>&"}]]',
  '""',
  '" "',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"2024-02-31"',
  '"0001-01-01T00:00:00+23:59"',
  '"9999-12-31T23:59:59-23:59"',
  `"'; drop table raw.tracks; --"`,
  '"\\u2028\\r\\n"',
  `"${'x'.repeat(3_000)}"`,
  `"${'\\u0000'.repeat(300)}"`,
];
