import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CATALOGUE } from '../../../ingest/events/catalogue.ts';
import { exampleOf } from '../../../ingest/events/example.ts';
import { readmeText } from '../../../ingest/events/readme.ts';
import { Senders } from '../../../ingest/events/senders.ts';
import { violationOf } from '../../../ingest/events/violations.ts';
import type { JsonObject } from '../../../warehouse/json.ts';
import { columnOf } from '../../../warehouse/vocabulary/fields.ts';

const README = readFileSync(new URL('../../../ingest/events/README.md', import.meta.url), 'utf8');

test('the page for those who send events equals the catalogue', () => {
  const message =
    'The catalogue has changed; regenerate its page: node ingest/events/readme.ts > ingest/events/README.md';
  expect(README === readmeText(), message).toBe(true);
});

test.each(CATALOGUE.map((event) => ({ ...event })))('$name has a valid example with every property', (declaration) => {
  const example = exampleOf(declaration);
  expect(violationOf(example)).toBeUndefined();
  const names = declaration.properties.map((property) => columnOf(property).name);
  expect(Object.keys(example.properties ?? {})).toEqual(['event_version', ...names]);
  expect(README).toContain(`### ${declaration.name}\n\n${declaration.meaning}\n`);
  expect(README).toContain(JSON.stringify(example, null, 2));
});

test('what the page calls required is required, and nothing else', () => {
  for (const declaration of CATALOGUE) {
    const example = exampleOf(declaration);
    const section = README.split(`### ${declaration.name}\n`)[1]?.split('\n### ')[0] ?? '';
    for (const name of Object.keys(example.properties ?? {})) {
      const [, required] =
        new RegExp(`^\\| \`${name}\` \\| (?:[^|]|\\\\\\|)+ \\| ([^|]+) \\|`, 'm').exec(section) ?? [];
      const { [name]: _, ...rest } = example.properties as JsonObject;
      const violation = violationOf({ ...example, properties: rest });
      expect([name, violation?.violation], declaration.name).toEqual([
        name,
        required === 'no' ? undefined : 'Required-Missing',
      ]);
      expect(required, `${declaration.name}: ${name}`).toMatch(/^(yes|no|unless `amount` and `tax_amount` are zero)$/);
    }
  }
});

test('the senders that the page names may send the event, and those below may not', () => {
  const senders = new Senders([
    { source_id: 'browser', kind: 'browser' },
    { source_id: 'server', kind: 'server' },
    { source_id: 'internal', kind: 'internal' },
  ]);
  const sentBy = new Map([
    ['Sent by a browser or a server.', ['browser', 'server', 'internal']],
    ['Sent by a server.', ['server', 'internal']],
    ['Sent by Tantieme itself.', ['internal']],
  ]);
  for (const declaration of CATALOGUE) {
    const section = README.split(`### ${declaration.name}\n`)[1]?.split('\n### ')[0] ?? '';
    const sentence = /^Sent by [^.]+\./m.exec(section)?.[0] ?? '';
    const allowed = ['browser', 'server', 'internal'].filter((source_id) => {
      const receipt = { received_at: '', source_id, request_ip: '', message: exampleOf(declaration) };
      return senders.violationOf(receipt) === undefined;
    });
    expect(sentBy.get(sentence), declaration.name).toEqual(allowed);
  }
});

test('the request that the page shows is one event that the gateway and the loader take', () => {
  const body = /--data '(\{[\s\S]*?\n\})'/.exec(README)?.[1] ?? '';
  const event: JsonObject = JSON.parse(body);
  expect(event.userId).toBeTypeOf('string');
  expect(violationOf({ ...event, type: 'track' })).toBeUndefined();
});
