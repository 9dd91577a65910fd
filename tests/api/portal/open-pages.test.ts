import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PAGES } from '../../../api/portal/pages.ts';
import { STYLES } from '../../../api/portal/style.ts';
import {
  assetPublished,
  assetTransferred,
  assetUploaded,
  assetWithdrawn,
  consentGranted,
  consentRevoked,
} from '../../../ingest/events/assets.ts';
import { CATALOGUE } from '../../../ingest/events/catalogue.ts';
import type { EventDeclaration } from '../../../ingest/events/event.ts';
import { exampleOf } from '../../../ingest/events/example.ts';
import type { CoarseFigures } from '../../../reports/coarse/coarse-figures.ts';
import { COLOUR } from '../../../reports/render/pdf/theme.ts';
import { receiptLine } from '../../ingest/load/receipts.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';
import { earnings, writeCoarseMonth } from '../coarse-month.ts';
import { fillMarts, openTestApi, type TestApi } from '../test-api.ts';
import { type Browser, browserOf } from './browser.ts';

let folder: TemporaryFolder;
let api: TestApi;
let analyst: Browser;
let operator: Browser;
beforeAll(async () => {
  folder = await temporaryFolder();
  const file = join(folder.path, 'brand.json');
  const brand = {
    ...{ name: 'Acme Works', color: { light: '#7a1f5c', dark: '#f2a6d8' } },
    welcome: { en: ['We license pictures.'], de: ['Wir lizenzieren Bilder.'] },
    links: [{ label: { en: 'Imprint', de: 'Impressum' }, url: 'https://acme.example/imprint' }],
    publishes: { terms: true, figures: true },
  };
  await writeFile(file, JSON.stringify(brand));
  api = await openTestApi({ TANTIEME_BRAND_FILE: file });
  await fillMarts(api.services);
  analyst = await browserOf(api, { name: 'Ana', role: 'analyst' });
  operator = await browserOf(api, { name: 'Ole', role: 'operator' });
});
afterAll(async () => {
  await api.close();
  await folder[Symbol.asyncDispose]();
});

test('pages have the colours of the documents', () => {
  const { text, quiet, accent, rule, tint } = COLOUR;
  for (const [token, colour] of Object.entries({ ink: text, soft: quiet, brand: accent, line: rule, shade: tint })) {
    expect(STYLES.pages.text).toContain(`  --${token}: ${colour};\n`);
  }
});

/** An event as its example has it, with other properties. */
function event(declaration: EventDeclaration, id: string, properties: object): string {
  const example = exampleOf(declaration);
  return receiptLine({
    ...example,
    ...{ messageId: `${declaration.name}-${id}`, timestamp: '2026-01-31T12:00:00.000Z' },
    properties: { ...(example.properties as object), ...properties },
  });
}

async function load(lines: readonly string[]): Promise<void> {
  await api.services.spool.append(lines);
  const payload = { wait: true };
  const { outcome } = (await api.request('operator', '/v1/jobs/load-events/runs', { method: 'POST', payload })).json();
  expect(outcome).toMatchObject({ landed: lines.length });
}

const text = (body: string): string => body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
const read = async (path: string, language = 'en') => {
  const { statusCode, body } = await api.app.inject({ url: path, headers: { 'accept-language': language } });
  expect([path, statusCode]).toEqual([path, 200]);
  return body;
};

describe('whoever has not logged in', () => {
  test('sees the landing page of the installation, in its name and colour', async () => {
    const page = await read('/');
    expect(text(page)).toContain('Acme Works Log in Acme Works We license pictures.');
    expect(page).toContain('href="https://acme.example/imprint"');
    expect(text(await read('/', 'de'))).toContain('Wir lizenzieren Bilder.');
    const [, path = ''] = /href="(\/assets\/brand-[^"]+)"/.exec(page) ?? [];
    expect(await read(path)).toContain('--brand: #7a1f5c;');
  });

  test('sees whether the marketplace works', async () => {
    expect(text(await read('/status'))).toContain('Events accepted Scheduled work late Last closed month none yet');
    const marks = { job: 'load-events', next_due_at: '2026-02-02T06:00:00.000Z' };
    await api.services.operational.insertInto('schedule_marks').values(marks).execute();
    expect(text(await read('/status', 'de'))).toContain('Geplante Arbeit pünktlich');
  });

  test('sees what closed months earned, and what of it cannot be shown', async () => {
    expect(text(await read('/figures'))).toContain('There are no figures yet.');
    for (let month = 1; month <= 12; month++) {
      await writeCoarseMonth(api.services, { period: `2024-${`${month}`.padStart(2, '0')}` });
    }
    const dollars = [['metered', 12] as const, ['one_time', 1] as const, ['subscription', 11] as const];
    const contributions = [
      ...dollars.flatMap(([type, count]) => earnings('USD', type, count)),
      ...earnings('EUR', 'one_time', 1),
    ];
    await writeCoarseMonth(api.services, { period: '2025-01', contributions });
    const newest = text(await read('/figures'));
    expect(newest).toMatch(/January 2025 About 13 creators earned something\. .*Other 120\.00 USD/);
    expect(newest).toMatch(/In “Other” in USD, if anything was earned: .*\. December 2024 About 1 creator earned/);
    expect(newest).not.toMatch(/January 2024|EUR/);
    expect(text(await read('/figures', 'de'))).toContain('Etwa 13 Urheber haben etwas verdient.');
    const { data, next_cursor } = JSON.parse(await read('/v1/public/figures'));
    const months = data.map(({ period }: CoarseFigures) => period);
    expect([months.length, months[0], months.at(-1)]).toEqual([12, '2025-01', '2024-02']);
    expect(text(await read(`/figures?cursor=${next_cursor}`))).toContain('January 2024');
  });

  test('sees what can be licensed now, with its prices and allowed uses, and nothing that a stranger says', async () => {
    const asset = (id: string) => ({ asset_id: `asset_${id}`, creator_id: 'cr_1' });
    const published = (id: string, terms: string, rate: string, more: object = {}) =>
      event(assetPublished, `${id}-${terms}`, { ...asset(id), terms_id: `terms_${terms}`, rate, ...more });
    await load([
      ...['a', 'b', 'c'].map((id) => event(assetUploaded, id, { ...asset(id), asset_title: `Work ${id}` })),
      published('a', '1', '49.00', { license_type: 'one_time' }),
      published('a', '2', '0.004', { license_type: 'metered' }),
      published('a', '3', '1.00', { license_type: 'one_time', creator_id: 'cr_stranger' }),
      published('b', '4', '5.00'),
      event(assetWithdrawn, 'b', asset('b')),
      event(assetTransferred, 'c', { ...asset('c'), owner_id: 'cr_2' }),
      published('c', '5', '7.00', { license_type: 'subscription', creator_id: 'cr_2' }),
      event(consentGranted, 'a1', { ...asset('a'), consent_receipt_id: 'consent_1', usage_right: 'ai-train' }),
      event(consentGranted, 'a2', { ...asset('a'), consent_receipt_id: 'consent_2', usage_right: 'search' }),
      event(consentRevoked, 'a2', { ...asset('a'), consent_receipt_id: 'consent_2' }),
    ]);
    const { data, next_cursor } = (await api.app.inject('/v1/public/assets')).json();
    const prices = (terms: { license_type: string; rate: string }[]) =>
      terms.map((each) => [each.license_type, each.rate]);
    expect(data.map(({ asset_id, terms }: { asset_id: string; terms: [] }) => [asset_id, prices(terms)])).toEqual([
      [
        'asset_a',
        [
          ['metered', '0.004'],
          ['one_time', '49'],
        ],
      ],
      ['asset_c', [['subscription', '7']]],
    ]);
    expect([data[0].usage_rights, next_cursor]).toEqual([['ai-train'], null]);
    expect(text(await read('/terms'))).toMatch(
      /Work a asset_a .*0\.004 USD for each unit of use.*49\.00 USD for each licence .*training of AI/,
    );
    expect(text(await read('/terms', 'de'))).not.toMatch(/asset_b|cr_|stranger/);
  });

  test('reads of every event, with its example', async () => {
    const page = await read('/docs/events');
    for (const { name } of CATALOGUE) expect(page).toContain(`>${name}</a>`);
    const one = text(await read('/docs/events/license_purchased'));
    expect(one).toContain('&quot;sale_id&quot;: &quot;sale_1&quot;');
    expect(one).toContain('event_version the number 1 yes');
  });

  test('reads of every route, with what it needs and answers', async () => {
    const subjects = api.openapi.tags.map(({ name }) => name);
    const pages = await Promise.all(subjects.map((name) => read(`/docs/api/${name}`)));
    const operations = Object.values(api.openapi.paths).flatMap((path) => Object.values(path));
    for (const { operationId } of operations) {
      expect(pages.filter((page) => page.includes(`<h2 id="${operationId}">`)).length, operationId).toBe(1);
    }
    const jobs = text(pages[subjects.indexOf('jobs')] ?? '');
    expect(jobs).toContain('POST /v1/jobs/{job}/runs Starts a job. load-events : finance or operator.');
    expect(jobs).toContain('data[].schedule.cron string yes When it runs: a cron expression, in UTC.');
  });

  test('reads of all routes on one page, of which the script is ours and only the styles are not all in files', async () => {
    expect(await read('/docs/api')).toContain('<a href="/docs/api/reference">');
    const { headers, body } = await api.app.inject({ url: '/docs/api/reference' });
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(
      /^default-src 'none';style-src 'self' 'unsafe-inline';.*script-src 'self';connect-src 'self';/,
    );
    expect(body).toContain('<title>API reference – Acme Works</title>');
    expect(body).not.toMatch(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|https?:/);
    const [, bundle = ''] = /data-bundle="(\/assets\/[^"]+)"/.exec(body) ?? [];
    const [plain, compressed] = await Promise.all(
      ['identity', 'br, gzip'].map((encoding) =>
        api.app.inject({ url: bundle, headers: { 'accept-encoding': encoding } }),
      ),
    );
    expect(plain?.body).toContain('createApiReference');
    expect(compressed?.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(gunzipSync(compressed?.rawPayload ?? '').toString() === plain?.body).toBe(true);
  });

  test('follows the guides', async () => {
    expect(text(await read('/docs/guides/verify-a-statement'))).toContain('tantieme verify-statement statement.json');
    expect(text(await read('/docs/guides/query', 'de'))).toContain('Gleitkommazahlen');
  });

  test('has nothing within a page that its policy forbids', async () => {
    for (const path of ['/', '/docs/api/jobs', '/docs/events/license_purchased']) {
      const { headers, body } = await api.app.inject({ url: path });
      expect(headers['content-security-policy']).toMatch(/style-src 'self';.*script-src 'self'/);
      expect(body).not.toMatch(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/);
    }
  });
});

test('documentation that is not public is for whoever has logged in', async () => {
  const brand = api.services.brand;
  await using closed = {
    app: (await import('../../../api/http/app.ts')).buildApp({
      services: { ...api.services, brand: { ...brand, name: 'Acme', links: [], publishes: CLOSED } },
      sources: [],
      signIn: api.signIn,
    }),
    [Symbol.asyncDispose]: () => closed.app.close(),
  };
  for (const path of ['/docs', '/docs/api', '/docs/api/reference', '/docs/events/license_purchased']) {
    const { statusCode, headers } = await closed.app.inject({ url: path });
    expect([statusCode, headers.location]).toEqual([303, `/login?next=${encodeURIComponent(path)}`]);
  }
  for (const path of [
    '/terms',
    '/figures',
    '/status',
    '/v1/public/assets',
    '/v1/public/figures',
    '/v1/public/status',
  ]) {
    expect([path, (await closed.app.inject({ url: path })).statusCode]).toEqual([path, 404]);
  }
});
const CLOSED = { terms: false, docs: false, status: false, figures: false };

test('an analyst reads of every mart, with its columns, questions and lineage', async () => {
  const list = (await analyst.get('/docs/marts')).body;
  const marts = [...list.matchAll(/href="\/docs\/marts\/(\w+)"/g)].map(([, name]) => name ?? '');
  expect(marts.length).toBeGreaterThan(20);
  for (const name of marts) {
    const { statusCode, body } = await analyst.get(`/docs/marts/${name}`);
    expect([name, statusCode, body.includes('<svg')]).toEqual([name, 200, true]);
  }
  const balances = text((await analyst.get('/docs/marts/balances')).body);
  expect(balances).toContain('Key period , creator_id , currency');
  expect(balances).toMatch(/closing_minor int64 minor units of the currency/);
  expect(balances).toMatch(
    /It reads .*steps\.int_first_reports.*Where it begins.*raw\.license_purchased.*seeds\.currencies/,
  );
  expect(text((await analyst.get('/docs/marts/royalties', { language: 'de' })).body)).toContain('Was hat jedes Werk');
});

test('an operator starts a job, follows its run, and replays the quarantine', async () => {
  const started = await operator.post('/jobs/load-events', { act: 'start' });
  expect(started.headers.location).toMatch(/^\/runs\/run_\w+\?done=started$/);
  const run = String(started.headers.location);
  await expect
    .poll(async () => text((await operator.get(run)).body))
    .toContain('Run of load-events Job load-events State done');
  expect(text((await operator.get('/runs?state=done&job=load-events')).body)).toContain('load-events – done');
  const wrong = await operator.post('/jobs/ingest-files', { act: 'start', options: 'address' });
  expect([wrong.statusCode, text(wrong.body)]).toEqual([
    400,
    expect.stringContaining('is no option; write name=value'),
  ]);
  const replay = await operator.post('/quarantine', { act: 'replay', reason: '', event: '' });
  expect(replay.statusCode).toBe(303);
  expect(text((await operator.get('/operations')).body)).toContain('Spool of the gateway usable');
  expect(text((await operator.get('/jobs', { language: 'de' })).body)).toMatch(
    /close-period .* an den Tagen 2–8 des Monats um 04:00/,
  );
  const creators = PAGES.filter(({ permission }) => permission === 'stores:read');
  expect(creators.map(({ path }) => path)).toEqual(['/operations']);
});

test('staff arrive at their work, and see the places of a creator apart from their own', async () => {
  const arrived = await Promise.all([operator, analyst].map((person) => person.get('/')));
  expect(arrived.map(({ headers }) => headers.location)).toEqual(['/operations', '/dashboards']);
  const { body } = await operator.get('/c/cr_ada');
  const placesIn = (nav: string): string[] => {
    const [, list = ''] = new RegExp(`<nav class="${nav}"[^>]*>(.*?)</nav>`, 's').exec(body) ?? [];
    return [...list.matchAll(/href="([^"]+)"/g)].map(([, path]) => path ?? '');
  };
  const [own, about] = [placesIn('places'), placesIn('about')];
  expect(own).toContain('/tax');
  expect(own.filter((path) => path.startsWith('/c/'))).toEqual([]);
  expect(about).toContain('/c/cr_ada/tax');
  expect(about.filter((path) => !path.startsWith('/c/cr_ada'))).toEqual([]);
});
