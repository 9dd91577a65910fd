import { inspect } from 'node:util';
import { type Field, isFreeText } from '../../warehouse/vocabulary/field.ts';
import { type Column, columnOf } from '../../warehouse/vocabulary/fields.ts';
import { tableName } from '../rudder/names.ts';
import { SUBJECTS } from './catalogue.ts';
import { type EventDeclaration, isNeededUnlessFree, LONGEST_TEXT } from './event.ts';
import { exampleOf } from './example.ts';
import { licensePurchased } from './sales.ts';

/** `README.md` of this folder: what a developer needs who sends events. It is generated from this; a test compares the two. */
export function readmeText(subjects: typeof SUBJECTS = SUBJECTS): string {
  const sections = Object.entries(subjects).map(
    ([subject, events]) => `## ${subject}\n\n${events.toSorted(byName).map(sectionOf).join('\n')}`,
  );
  return `${INTRODUCTION}\n${sections.join('\n')}`;
}

const byName = (one: EventDeclaration, other: EventDeclaration): number => (one.name < other.name ? -1 : 1);

const { event, userId, messageId, timestamp, properties } = exampleOf(licensePurchased);
const SENT = { event, userId, messageId, timestamp, properties };

/** The SDK takes the time as a Date. */
const SDK_ARGUMENT = inspect(SENT, { compact: false }).replace(`'${timestamp}'`, `new Date('${timestamp}')`);

const INTRODUCTION = `# Events

What services of the marketplace send to Tantieme: every event, with an example and its properties. This page is generated from the
declarations in this folder: \`npx node ingest/events/readme.ts > ingest/events/README.md\`.

## Sending events

Any RudderStack SDK can send them. It needs two values from the operator:

- the data plane URL: the address of Tantieme, or of RudderStack in front of it;
- a write key, which names the source. The operator declares it in \`RUDDERSTACK_WRITE_KEYS\`
  ([how](../gateway/README.md#sources)).

\`\`\`js
import RudderAnalytics from '@rudderstack/rudder-sdk-node';

const analytics = new RudderAnalytics(writeKey, { dataPlaneUrl: 'https://tantieme.example.com' });
analytics.track(${SDK_ARGUMENT});
await analytics.flush();
\`\`\`

\`\`\`sh
curl https://tantieme.example.com/v1/track --user "$WRITE_KEY:" --header 'content-type: application/json' --data '${JSON.stringify(SENT, null, 2)}'
\`\`\`

| member | what to send |
| --- | --- |
| \`event\` | the name, exactly as below |
| \`userId\` | the creator or developer whom the event is about, as in the examples |
| \`messageId\` | an id of what happened, from your own records and the same whenever the event is sent again. An event with the same id and content is counted once. After an event has landed, other content under its id is refused |
| \`timestamp\` | when it happened, with a time zone; without one it counts as UTC. It decides the month in which the event is booked. Not before 2020, and at most a day ahead of the clock of the server |
| \`properties\` | the properties below and no others. \`event_version\` is a number; everything else is text unless it says otherwise |

- An amount is a decimal text such as \`"49.00"\`, never a JSON number: no sign, no exponent, at most nine decimal places. It is in units of
  the \`currency\` beside it, not in cents. An amount is without tax; the tax is beside it.
- Ids are compared as they are sent, character by character: another case, a space at the end or another way of writing \`é\` makes another id.
- Of several members of one name in a JSON object, the last one counts.
- Our ids begin with their kind, such as \`sale_\`, followed by up to 80 letters, digits, \`-\` and \`_\`. They are yours to choose.
- An event of a server may not be sent with a key for browsers, nor through \`/beacon\` or \`/pixel\`.
- \`identify\`, \`page\`, \`screen\`, \`group\` and \`alias\` are stored, and nothing is computed from them.

## What happens to an event

\`200 ok\` means that every event of the request is stored durably. After any other answer none is, and the body says why. After 429 and 5xx
send the request again, as the SDKs do.

The answer is \`200\` also for an event that breaks its declaration, as at RudderStack. The loader then quarantines it as a whole, with the
reason, and nothing is lost: send it again corrected, under the same \`messageId\`. Or, if the event was right and Tantieme was not set up for
it, the operator replays it. An event about money in the quarantine is shown to finance before the month is closed.

- Before you send: \`tantieme events check FILE\` says what would be quarantined and why, with the line. FILE has one event per line, or is
  a JSON array of events, or the body of a batch; \`-\` is the standard input. It needs no server.
- After you have sent: \`GET /v1/events/recent\` with the write key says of the last events of your source whether each is waiting to be
  loaded, landed, is a duplicate, or is quarantined, with the reason.

\`\`\`sh
curl 'https://tantieme.example.com/v1/events/recent?limit=20' --user "$WRITE_KEY:"
\`\`\`
`;

function sectionOf(declaration: EventDeclaration): string {
  const { name, meaning } = declaration;
  return `### ${name}

${meaning}

Sent by ${senderOf(declaration)}. Table \`raw.${tableName(name)}\`.

\`\`\`json
${JSON.stringify(exampleOf(declaration), null, 2)}
\`\`\`

| property | type | required | meaning |
| --- | --- | --- | --- |
${propertiesOf(declaration).map(rowOf).join('')}`;
}

/** A property of an event as documentation lists it; code stands between backticks. */
export interface DocumentedProperty {
  readonly name: string;
  readonly type: string;
  readonly required: string;
  readonly meaning: string;
}

/** The properties of an event, in their order. */
export function propertiesOf({ version, properties }: EventDeclaration): readonly DocumentedProperty[] {
  const { meaning } = columnOf('event_version').field;
  return [
    { name: 'event_version', type: `the number ${version}`, required: 'yes', meaning },
    ...properties.map(documented),
  ];
}

export const senderOf = ({ sentBy }: EventDeclaration): string => SENDERS[sentBy ?? 'server'];

const SENDERS = {
  browser: 'a browser or a server',
  server: 'a server',
  internal: 'Tantieme itself',
} as const;

function documented(property: Column): DocumentedProperty {
  const column = columnOf(property);
  const { name, optional, field } = column;
  const needed = isNeededUnlessFree(column) ? 'unless `amount` and `tax_amount` are zero' : 'no';
  return { name, type: typeOf(name, field), required: optional ? needed : 'yes', meaning: field.meaning };
}

function rowOf({ name, type, required, meaning }: DocumentedProperty): string {
  const cells = [`\`${name}\``, type, required, meaning];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}

/** More values than these are not listed. */
const LISTED_VALUES = 12;

function typeOf(name: string, field: Field): string {
  const { type, values, pattern, maxLength = LONGEST_TEXT, schema, example } = field;
  if (type === 'numeric') return `decimal text${/(^|_)(amount|rate)$/.test(name) ? ', in units of `currency`' : ''}`;
  if (type === 'timestamp') return 'an instant in UTC, as text';
  if (type === 'bool') return 'true or false';
  if (type === 'json') return `list of objects with ${membersOf(schema)}`;
  if (values && values.length > LISTED_VALUES)
    return `one of ${values.length} texts such as \`${example ?? values[0]}\``;
  if (values) return values.map((value) => `\`${value}\``).join(' or ');
  return isFreeText(field) ? `text of at most ${maxLength} characters` : `text \`${pattern}\``;
}

/** The members of the objects in a list: text, or a whole number. */
function membersOf(schema: object | undefined): string {
  const { items } = schema as { items: { properties: Readonly<Record<string, { type: string }>> } };
  return Object.entries(items.properties)
    .map(([name, { type }]) => `\`${name}\` (${type === 'integer' ? 'a whole number' : 'text'})`)
    .join(' and ');
}

if (import.meta.main) process.stdout.write(readmeText());
