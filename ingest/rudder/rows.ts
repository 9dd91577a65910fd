import { isJsonObject, type JsonValue } from '../../warehouse/json.ts';
import { type Cells, emptyCells, merged, put } from './cells.ts';
import { type MappedEvent, Unmappable } from './event.ts';
import { contextTraitsPlace, flatten, jsonText, placeOf } from './flatten.ts';
import { mergeRule } from './identities.ts';
import * as rules from './rules.ts';
import { normalTimestamp } from './timestamps.ts';
import type { ColumnType } from './types.ts';

/** A row of a table: its values (arrays not converted yet), and the inferred type of each column, including `uuid_ts` and `loaded_at`. */
export interface Row {
  readonly table: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly data: Readonly<Record<string, JsonValue>>;
}

/** The rows of a message by its type, in RudderStack's order. Throws `Unmappable` if RudderStack refuses it. */
export function composeRows(event: MappedEvent): Row[] {
  switch (event.type) {
    case 'track':
      return trackRows(event);
    case 'identify':
      return identifyRows(event);
    case 'page':
    case 'screen':
      return oneTable(event, { table: `${event.type}s`, from: 'properties', own: rules.NAMED });
    case 'group':
      return oneTable(event, { table: 'groups', from: 'traits', own: rules.GROUP });
    case 'alias':
      return oneTable(event, { table: 'aliases', from: 'traits', own: rules.ALIAS });
    case 'extract':
      return [extractRow(event)];
    case 'merge':
      return mergeRows(event);
    default:
      throw new Unmappable(`Unknown event type: ${JSON.stringify(event.type)}`);
  }
}

function trackRows(event: MappedEvent): Row[] {
  const { message, settings } = event;
  const common = emptyCells();
  addContext(event, common);
  rules.apply(rules.TRACK, event, common);
  rules.apply(rules.COMMON, event, common);
  const { event_text: text } = common.data;
  const name = settings.naming.spellEvent(typeof text === 'string' ? text : '');
  common.data.event = name;
  common.columns.event = 'string';

  const rows: Row[] = [];
  if (!settings.skipTracksTable) {
    const tracks = merged(common);
    rules.apply(rules.TRACKS_TABLE, event, tracks);
    addFullEvent(event, tracks);
    rows.push(composeRow(event, settings.naming.table('tracks'), tracks));
  }
  if (name.trim() === '') return rows;

  const properties = emptyCells();
  flatten(properties, message.properties, { event, place: placeOf(event, 'properties') });
  flatten(properties, message.userProperties, { event, place: placeOf(event, 'userProperties') });
  rules.apply(rules.EVENT_TABLE, event, common);
  rows.push(composeRow(event, settings.naming.eventTable(name), merged(properties, common)));
  return [...rows, ...mergeRows(event)];
}

function identifyRows(event: MappedEvent): Row[] {
  const { message, settings } = event;
  const { context, traits, userId, userProperties } = message;
  const common = emptyCells();
  flatten(common, userProperties, { event, place: placeOf(event, 'userProperties') });
  if (settings.allowUsersContextTraits && isJsonObject(context)) {
    flatten(common, context.traits, { event, place: contextTraitsPlace(event) });
  }
  flatten(common, traits, { event, place: placeOf(event, 'traits') });
  addContext(event, common);

  const identifies = merged(common);
  rules.apply(rules.COMMON, event, identifies);
  addFullEvent(event, identifies);
  const rows = [composeRow(event, settings.naming.table('identifies'), identifies), ...mergeRows(event)];
  if (settings.skipUsersTable || userId === undefined || rules.plainText(userId).trim() === '') return rows;

  const users = merged(common);
  rules.apply(rules.USERS_TABLE, event, users);
  put(users, 'id', userId);
  users.data.received_at = normalTimestamp(event.receivedAt) ?? event.receivedAt;
  users.columns.received_at = 'datetime';
  return [...rows, composeRow(event, settings.naming.table('users'), users)];
}

interface OneTable {
  readonly table: string;
  readonly from: 'properties' | 'traits';
  readonly own: Parameters<typeof rules.apply>[0];
}

function oneTable(event: MappedEvent, { table, from, own }: OneTable): Row[] {
  const cells = emptyCells();
  flatten(cells, event.message[from], { event, place: placeOf(event, from) });
  addContext(event, cells);
  rules.apply(rules.COMMON, event, cells);
  rules.apply(own, event, cells);
  addFullEvent(event, cells);
  return [composeRow(event, event.settings.naming.table(table), cells), ...mergeRows(event)];
}

function extractRow(event: MappedEvent): Row {
  const common = emptyCells();
  addContext(event, common);
  rules.apply(rules.EXTRACT, event, common);
  const { event: name } = common.data;
  if (rules.plainText(name).trim() === '') {
    throw new Unmappable('cannot create event table with empty event name, event name is missing in the payload');
  }
  const properties = emptyCells();
  flatten(properties, event.message.properties, { event, place: placeOf(event, 'properties') });
  const table = event.settings.naming.eventTable(typeof name === 'string' ? name : '');
  if (table === '') throw new Unmappable('Table name cannot be empty.');
  return composeRow(event, table, merged(properties, common));
}

function mergeRows(event: MappedEvent): Row[] {
  const cells = event.settings.resolveIdentities ? mergeRule(event) : undefined;
  return cells ? [{ table: event.settings.naming.table('rudder_identity_merge_rules'), ...cells }] : [];
}

function addContext(event: MappedEvent, cells: Cells): void {
  flatten(cells, event.context, { event, place: placeOf(event, 'context', 'context_') });
}

function addFullEvent({ message, context, settings }: MappedEvent, cells: Cells): void {
  if (!settings.storeFullEvent) return;
  cells.data.rudder_event = jsonText(context ? { ...message, context } : message);
  cells.columns.rudder_event = 'string';
}

/** The cells become those of the row. The columns that the load fills are added, unless a property has the same name. */
function composeRow({ settings }: MappedEvent, table: string, { data, columns }: Cells): Row {
  columns.uuid_ts ??= 'datetime';
  columns.loaded_at ??= 'datetime';
  if (Object.keys(columns).length > settings.columnLimit && data.channel !== 'sources') {
    throw new Unmappable('bq transformer: Too many columns outputted from the event');
  }
  return { table, columns, data };
}
