import { defineFunction, matches, refusedWhere } from './function.ts';

const TEXT = String.raw`"(?:[^"\\\x00-\x1f]|\\(?:["\\bfnrt]|u00[01][0-9a-f]))*"`;
const LIST = String.raw`\[(?:${TEXT}(?:,${TEXT})*)?\]`;
/** Of what is no list, the engines would say that nothing is in it; then what is there already would be taken for new. */
const refusedUnless = (isList: string): string =>
  refusedWhere(`list is null or not ${isList}`, 'no JSON array of texts', 'list');

export const isInList = defineFunction({
  name: 'is_in_list',
  parameters: ['member', 'list'],
  meaning:
    'Whether a text is one of a JSON array of texts, as textList writes it; null for null, unless the array is empty. Any other list is an error.',
  duckdb: `member in (select unnest(from_json(cast(${refusedUnless(matches.duckdb('list', LIST))} as varchar), '["VARCHAR"]')))`,
  bigquery: `member in unnest(json_value_array(${refusedUnless(matches.bigquery('list', LIST))}))`,
});
