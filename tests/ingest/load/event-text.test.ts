import { expect, test } from 'vitest';
import { eventsInText } from '../../../ingest/load/event-text.ts';

/** Each event as `line: name`, and each problem as `line! problem`. */
function found(text: string): string[] {
  return eventsInText(text).map((each) =>
    'event' in each ? `${each.line}: ${each.event.event}` : `${each.line}! ${each.problem}`,
  );
}

test('one event per line; blank lines count as lines', () => {
  expect(found('{"event":"A"}\r\n\n{"event":"B"}\n')).toEqual(['1: A', '3: B']);
  expect(found('\n\n{"event":"A"}')).toEqual(['3: A']);
});

test('a line that is no event is a problem and hides no other, even if it is the first', () => {
  expect(found('{"event":\n{"event":"B"}\n7\n{"event":"C"}')).toEqual([
    expect.stringMatching(/^1! It is not JSON: .+\.$/),
    '2: B',
    '3! It is not a JSON object.',
    '4: C',
  ]);
});

test.each([
  [
    'an array',
    '[\n  {"event": "A", "properties": {"x": [1, {"y": 2}]}},\n  {\n    "event": "B"}, {"event":"C"}\n]',
    ['2: A', '3: B', '4: C'],
  ],
  [
    'the body of a batch',
    '\n{"sentAt": "batch", "other": [{"event": "no"}], "batch": [\n\n{"event": "A, [\\"{"},\n{"event":"B"}], "after": [\n{}]}',
    ['4: A, ["{', '5: B'],
  ],
  ['a single event over several lines', '\n{\n  "event": "A",\n  "batch": {}\n}', ['2: A']],
  [
    'a batch on each line',
    '{"batch":[{"event":"A"},{"event":"B"}]}\n{"batch":[{"event":"C"}]}',
    ['1: A', '1: B', '2: C'],
  ],
  ['elements that are no events', '[null,\n{"event":"A"}]', ['1! It is not a JSON object.', '2: A']],
  ['an empty list', '[]', []],
  ['blank lines', '\n \n', []],
])('%s is found with the lines of its events', (_, text, expected) => {
  expect(found(text)).toEqual(expected);
});

test('a broken document of several lines is one problem, with its line', () => {
  expect(found('[\n  {\n    "event": "A"\n  }\n  {\n    "event": "B"\n  }\n]')).toEqual([
    expect.stringMatching(/^5! It is not JSON: .*line 5/),
  ]);
});
