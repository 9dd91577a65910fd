import { defineFunction, errorIf, matches } from './function.ts';

const TEXT = String.raw`"(?:[^"\\\x00-\x1f]|\\(?:["\\bfnrt]|u00[01][0-9a-f]))*"`;
const LIST = String.raw`\[(?:${TEXT}(?:,${TEXT})*)?\]`;

/** A malformed list is an error: the engines would treat it as empty, and existing ids would count as new. */
const aList = (isList: string): string => errorIf(`not ${isList}`, 'not a JSON array of texts', 'list');

/** In a subquery of its own, a list that is a parameter is parsed once and joined, not once per row. */
const among = (texts: string): string =>
  `case when list is null then null when member in (${texts}) then true when member is not null then false end`;

export const isInList = defineFunction({
  name: 'is_in_list',
  parameters: ['member', 'list'],
  meaning:
    'Whether a text is in a JSON array of texts, as written by textList; null if either is null. Any other list is an error.',
  duckdb: among(`select unnest(from_json(${aList(matches.duckdb('list', LIST))}, '["VARCHAR"]'))`),
  bigquery: among(`select text from unnest(json_value_array(${aList(matches.bigquery('list', LIST))})) as text`),
});
