import { defineFunction, matches, refusedWhere } from './function.ts';

const TEXT = String.raw`"(?:[^"\\\x00-\x1f]|\\(?:["\\bfnrt]|u00[01][0-9a-f]))*"`;
const LIST = String.raw`\[(?:${TEXT}(?:,${TEXT})*)?\]`;

/** Of what is no list, the engines would say that nothing is in it; then what is there already would be taken for new. */
const aList = (isList: string): string => refusedWhere(`not ${isList}`, 'no JSON array of texts', 'list');

/** In a subquery of its own, a list that is a parameter is read once and joined, however many rows ask. */
const among = (texts: string): string =>
  `case when list is null then null when member in (${texts}) then true when member is not null then false end`;

export const isInList = defineFunction({
  name: 'is_in_list',
  parameters: ['member', 'list'],
  meaning:
    'Whether a text is one of a JSON array of texts, as textList writes it; null where either is null. Any other list is an error.',
  duckdb: among(`select unnest(from_json(${aList(matches.duckdb('list', LIST))}, '["VARCHAR"]'))`),
  bigquery: among(`select text from unnest(json_value_array(${aList(matches.bigquery('list', LIST))})) as text`),
});
