import { defineFunction, matches, refusedWhere } from './function.ts';

const TEXT = String.raw`"(?:[^"\\\x00-\x1f]|\\(?:["\\bfnrt]|u00[01][0-9a-f]))*"`;
const LIST = String.raw`\[(?:${TEXT}(?:,${TEXT})*)?\]`;

/** Of what is no list, the engines would say that nothing is in it; then what is there already would be taken for new. */
const ofLists = (isList: string, isMember: string): string =>
  refusedWhere(
    `not ${isList}`,
    'no JSON array of texts',
    `case when member is not null and list is not null then ${isMember} end`,
  );

export const isInList = defineFunction({
  name: 'is_in_list',
  parameters: ['member', 'list'],
  meaning:
    'Whether a text is one of a JSON array of texts, as textList writes it; null where either is null. Any other list is an error.',
  duckdb: ofLists(matches.duckdb('list', LIST), `member in (select unnest(from_json(list, '["VARCHAR"]')))`),
  bigquery: ofLists(matches.bigquery('list', LIST), 'member in unnest(json_value_array(list))'),
});
