import { CATALOGUE, SUBJECTS } from '../../../ingest/events/catalogue.ts';
import { defineEvent } from '../../../ingest/events/event.ts';
import { readmeText } from '../../../ingest/events/readme.ts';
import { trackingPlanText } from '../../../ingest/events/tracking-plan.ts';
import { tableName } from '../../../ingest/rudder/names.ts';
import { Rejected } from '../../../warehouse/errors.ts';
import { imported, snakeName } from './names.ts';
import type { Repository } from './repository.ts';

/** An event: its declaration, its place in the catalogue, the tracking plan, and a test. */
export function newEvent(repository: Repository, text: string): string {
  const name = snakeName(text, 'asset_featured');
  const { title, camel, kebab } = name;
  if (!/ .*(ed|Up|Sent|Withdrawn)$/.test(title)) {
    throw new Rejected(`${text} does not say what has happened; write a thing and a past tense, as asset_featured.`);
  }
  if (CATALOGUE.some((event) => tableName(event.name) === text)) {
    throw new Rejected(`The event ${title} is in the catalogue already; choose another name.`);
  }
  const declaration = defineEvent({
    name: title,
    version: 1,
    meaning: `${name.sentence}: say in one sentence what has happened when this is sent.`,
    subject: 'developer_id',
    properties: ['asset_id', 'developer_id', 'reason?'],
  });
  repository.create(`ingest/events/${kebab}.ts`, declarationText(declaration, camel));
  repository.change(
    'ingest/events/catalogue.ts',
    (catalogue) => `${imported(`* as ${camel}`, `./${kebab}.ts`)}\n${catalogue}`,
  );
  repository.insert('ingest/events/catalogue.ts', {
    start: 'SUBJECTS: Readonly<Record<string, readonly EventDeclaration[]>> = {',
    end: '};',
    text: `  '${title}': Object.values(${camel}),\n`,
  });
  repository.change('ingest/events/tracking-plan.json', () => trackingPlanText([...CATALOGUE, declaration]));
  repository.change('ingest/events/README.md', () => readmeText({ ...SUBJECTS, [title]: [declaration] }));
  repository.create(`tests/ingest/events/${kebab}.test.ts`, testText({ camel, kebab, title }));
  return `Next: its meaning and properties in ingest/events/${kebab}.ts (or the file of its subject), then the plan and the page anew
(npx node ingest/events/tracking-plan.ts > ingest/events/tracking-plan.json, npx node ingest/events/readme.ts > ingest/events/README.md),
then a staging model: npm run new model stg_rudder__…`;
}

function declarationText(declaration: object, camel: string): string {
  return `${imported('{ defineEvent }', './event.ts')}

export const ${camel} = defineEvent(${JSON.stringify(declaration, null, 2)});
`;
}

function testText({ camel, kebab, title }: { camel: string; kebab: string; title: string }): string {
  return `${imported('{ describe, expect, test }', 'vitest')}
import { ${camel} } from '../../../ingest/events/${kebab}.ts';
${imported('{ violationOf }', '../../../ingest/events/violations.ts')}

const properties = { event_version: ${camel}.version, asset_id: 'asset_1', developer_id: 'dev_1' };
const violation = (change: object) =>
  violationOf({ type: 'track', event: ${camel}.name, messageId: 'msg_1', properties: { ...properties, ...change } });

describe('${title}', () => {
  test('keeps to the catalogue, with and without its reason', () => {
    expect(violation({})).toBeUndefined();
    expect(violation({ reason: 'Given away.' })).toBeUndefined();
  });

  test.each(['asset_id', 'developer_id'])('is quarantined without %s', (name) => {
    expect(violation({ [name]: undefined })).toMatchObject({ path: expect.stringContaining('/properties') });
  });
});
`;
}
