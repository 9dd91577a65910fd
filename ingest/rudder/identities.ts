import { isJsonObject, type JsonValue } from '../../warehouse/json.ts';
import { type Cells, emptyCells, isBlank } from './cells.ts';
import { type MappedEvent, Unmappable } from './event.ts';
import { plainText } from './rules.ts';

interface Identity {
  readonly type: JsonValue | undefined;
  readonly value: JsonValue | undefined;
}

/** The merge rule of two identities of one user; undefined if the message has none. */
export function mergeRule(event: MappedEvent): Cells | undefined {
  const [first, second] = identitiesOf(event);
  if (!first || isBlank(first.value)) return undefined;
  const cells = emptyCells();
  setIdentity(cells, 1, first);
  if (second && !isBlank(second.value)) setIdentity(cells, 2, second);
  return cells;
}

function setIdentity(cells: Cells, place: 1 | 2, { type, value }: Identity): void {
  for (const [column, text] of [
    [`merge_property_${place}_type`, plainText(type)],
    [`merge_property_${place}_value`, plainText(value)],
  ] as const) {
    cells.data[column] = text;
    cells.columns[column] = 'string';
  }
}

function identitiesOf({ type, message }: MappedEvent): readonly Identity[] {
  const { anonymousId, userId, previousId, mergeProperties } = message;
  if (type === 'merge') return requireMergeProperties(mergeProperties);
  const user = { type: 'user_id', value: userId };
  if (type === 'alias') return [user, { type: 'user_id', value: previousId }];
  return isBlank(anonymousId) ? [user] : [{ type: 'anonymous_id', value: anonymousId }, user];
}

function requireMergeProperties(properties: JsonValue | undefined): readonly Identity[] {
  const count = Array.isArray(properties) ? properties.length : undefined;
  if (properties === undefined || properties === null || (count !== undefined && count !== 2)) {
    throw new Unmappable('either or both identifiers missing in mergeProperties');
  }
  const identities = Array.isArray(properties) ? properties.filter(isJsonObject) : [];
  if (identities.length !== 2 || identities.some(({ type, value }) => isBlank(type) || isBlank(value))) {
    throw new Unmappable('mergeProperties contains null values for expected inputs');
  }
  return identities.map(({ type, value }) => ({ type, value }));
}
