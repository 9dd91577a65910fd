import { isJsonObject, type JsonValue } from '../../warehouse/json.ts';
import { type Cells, isBlank, noCells } from './cells.ts';
import { type MappedEvent, Unmappable } from './event.ts';
import { plainText } from './rules.ts';

interface Identity {
  readonly type: JsonValue | undefined;
  readonly value: JsonValue | undefined;
}

/** The row that says which two identities are one, where the message says so; undefined where it does not. */
export function mergeRule(event: MappedEvent): Cells | undefined {
  const [first, second] = identitiesOf(event);
  if (!first || isBlank(first.value)) return undefined;
  const cells = noCells();
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
  if (type === 'merge') return givenIdentities(mergeProperties);
  const user = { type: 'user_id', value: userId };
  if (type === 'alias') return [user, { type: 'user_id', value: previousId }];
  return isBlank(anonymousId) ? [user] : [{ type: 'anonymous_id', value: anonymousId }, user];
}

function givenIdentities(given: JsonValue | undefined): readonly Identity[] {
  const count = Array.isArray(given) ? given.length : undefined;
  if (given === undefined || given === null || (count !== undefined && count !== 2)) {
    throw new Unmappable('either or both identifiers missing in mergeProperties');
  }
  const identities = Array.isArray(given) ? given.filter(isJsonObject) : [];
  if (identities.length !== 2 || identities.some(({ type, value }) => isBlank(type) || isBlank(value))) {
    throw new Unmappable('mergeProperties contains null values for expected inputs');
  }
  return identities.map(({ type, value }) => ({ type, value }));
}
