import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../api/boot/config.ts';
import { NEW_DESTINATION } from '../../../ingest/rudder/destination.ts';
import { messageOf, Rejected } from '../../../warehouse/errors.ts';

const KEYS = 'marketplace=wk_1,tantieme=wk_2';

function refusal(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(Rejected);
    return messageOf(error);
  }
  throw new Error('The configuration was accepted.');
}

describe('the configuration', () => {
  test('has the documented defaults if only the write keys are set', () => {
    expect(readConfig({ RUDDERSTACK_WRITE_KEYS: KEYS })).toEqual({
      dataFolder: '.data',
      warehouse: {
        kind: 'duckdb',
        path: '.data/warehouse.duckdb',
        memoryLimit: '2GB',
        threads: undefined,
        spillFolder: '.data/spill',
      },
      operational: { kind: 'pglite', folder: '.data/operational' },
      documents: { kind: 'folder', folder: '.data/documents' },
      dataPlaneUrl: undefined,
      sources: [
        { source_id: 'marketplace', write_key: 'wk_1', enabled: true },
        { source_id: 'tantieme', write_key: 'wk_2', enabled: true, kind: 'internal' },
      ],
      destination: NEW_DESTINATION,
      ownWriteKey: 'wk_2',
      stripe: undefined,
      stripeWebhookSecrets: [],
      s3: { endpoint: undefined, region: 'us-east-1', credentials: undefined },
      ingestFrom: [],
      gatewayFolders: [],
      port: 8080,
      host: '127.0.0.1',
      issuerName: 'Tantieme Marketplace',
      brand: {
        name: 'Tantieme Marketplace',
        links: [],
        publishes: { terms: false, docs: true, status: true, figures: false },
      },
      statements: { locale: 'en', issuer: {}, detailPages: 20 },
      accountHoldMs: 7 * 24 * 60 * 60 * 1000,
      missingCurrency: 'wait',
      ...{ instantPayouts: false, destinationCharges: false, stripeFeeLimits: [], taxOpenedBy: 'two_people' },
      payoutPacing: { perSecond: 25 },
      lineage: { folder: '.data/lineage', url: undefined, apiKey: undefined },
      publishing: {
        ...{ databaseUrl: undefined, folder: '.data/bi' },
        ...{ queryMemory: '1GB', queryProcesses: 2, queryRows: 1_000_000, queryTimeMs: 60_000 },
      },
      accountUrls: { returnUrl: undefined, refreshUrl: undefined },
      ...{ breakGraceMs: 3 * 24 * 60 * 60 * 1000, comparisonMaxAgeMs: undefined },
      payoutLimits: { line: new Map(), batch: new Map() },
      renderThreads: availableParallelism(),
      mail: { kind: 'folder', folder: '.data/mail', from: 'Tantieme <tantieme@localhost>' },
      trustedProxies: [],
    });
  });

  test('has the stores in the data folder by default, and accepts a PostgreSQL and a Stripe at other addresses', () => {
    const config = readConfig({
      RUDDERSTACK_WRITE_KEYS: KEYS,
      TANTIEME_DATA_DIR: '/srv/tantieme',
      OPERATIONAL_URL: 'postgres://ada@db/tantieme',
      STRIPE_API_KEY: 'sk_test_1',
      STRIPE_API_BASE: 'http://127.0.0.1:12111/',
    });
    expect(config.warehouse).toMatchObject({
      kind: 'duckdb',
      path: '/srv/tantieme/warehouse.duckdb',
      spillFolder: '/srv/tantieme/spill',
    });
    expect(config.operational).toEqual({ kind: 'postgres', url: 'postgres://ada@db/tantieme' });
    expect(config.stripe).toEqual({ apiKey: 'sk_test_1', apiBase: 'http://127.0.0.1:12111' });
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('takes the places from which an API key may load files, and reports what is none', () => {
    const config = (TANTIEME_INGEST_FROM: string) => readConfig({ RUDDERSTACK_WRITE_KEYS: KEYS, TANTIEME_INGEST_FROM });
    expect(config('/srv/in,s3://events').ingestFrom).toEqual(['/srv/in', 's3://events']);
    expect(() => config('in')).toThrow(
      'TANTIEME_INGEST_FROM is malformed: "in" is neither an absolute path of a folder nor s3://bucket/prefix.',
    );
  });

  test('takes the data folders of gateways that run alone, each once, and not its own', () => {
    const config = (TANTIEME_GATEWAY_FOLDERS: string) =>
      readConfig({ RUDDERSTACK_WRITE_KEYS: KEYS, TANTIEME_DATA_DIR: '/srv/x/../own', TANTIEME_GATEWAY_FOLDERS });
    expect(config('/srv/gateway-1, /srv/gateway-2').gatewayFolders).toEqual(['/srv/gateway-1', '/srv/gateway-2']);
    const cure = 'list the data folder of each gateway that runs alone, once.';
    expect(() => config('/srv/gateway-1,/srv/own/')).toThrow(
      `TANTIEME_GATEWAY_FOLDERS is malformed: /srv/own is the data folder of this server; ${cure}`,
    );
    expect(() => config('/srv/a,/srv/b,/srv/a')).toThrow(`/srv/a is listed twice; ${cure}`);
    expect(() => config('/srv/a,')).toThrow('an item is empty');
  });

  test('accepts limits of payouts by currency, and says which is malformed', () => {
    const config = (list: string) => readConfig({ RUDDERSTACK_WRITE_KEYS: KEYS, TANTIEME_PAYOUT_LIMIT_LINE: list });
    const limits = config('USD=5000.00, JPY=750000').payoutLimits;
    expect(limits).toEqual({ line: new Map(Object.entries({ USD: 5000_00n, JPY: 750_000n })), batch: new Map() });
    for (const item of ['USD 5000', 'XXX=1', 'USD=1.005', '']) {
      expect(() => config(`EUR=1,${item}`)).toThrow(
        `TANTIEME_PAYOUT_LIMIT_LINE is malformed: ${JSON.stringify(item)} is not a limit such as USD=5000.00`,
      );
    }
    expect(() => config('EUR=1,EUR=2')).toThrow('EUR has two limits; give one.');
  });

  test('accepts what becomes of a payout in a currency that Stripe does not hold', () => {
    const config = (word: string) => readConfig({ RUDDERSTACK_WRITE_KEYS: KEYS, TANTIEME_MISSING_CURRENCY: word });
    expect(config('cancel').missingCurrency).toBe('cancel');
    expect(() => config('convert')).toThrow('TANTIEME_MISSING_CURRENCY is malformed: "convert" is not wait or cancel.');
  });

  test('accepts limits for the engine of the warehouse and for the threads that render statements', () => {
    const config = (settings: Record<string, string>) => readConfig({ RUDDERSTACK_WRITE_KEYS: KEYS, ...settings });
    const set = { WAREHOUSE_MEMORY_LIMIT: '1.5 GiB', WAREHOUSE_THREADS: '3', TANTIEME_RENDER_THREADS: '0' };
    expect(config(set)).toMatchObject({ warehouse: { memoryLimit: '1.5GiB', threads: 3 }, renderThreads: 0 });
    const refused = { WAREHOUSE_MEMORY_LIMIT: '2 gigabytes', WAREHOUSE_THREADS: '0', TANTIEME_RENDER_THREADS: 'two' };
    expect(() => config(refused)).toThrow(
      [
        'The configuration cannot be used.',
        '  WAREHOUSE_MEMORY_LIMIT is malformed: "2 gigabytes" is not a size such as 512MB or 8GiB.',
        '  WAREHOUSE_THREADS is malformed: "0" is not a whole number from 1 to 1024.',
        '  TANTIEME_RENDER_THREADS is malformed: "two" is not a whole number from 0 to 64.',
      ].join('\n'),
    );
    expect(() => config({ WAREHOUSE_MEMORY_LIMIT: '200MB' })).toThrow(
      '200MB is too little; the engine needs at least 256MiB.',
    );
  });

  test('accepts a warehouse on BigQuery, with a limit on the bytes that a query may read', () => {
    const warehouse = (settings: Record<string, string>) =>
      readConfig({
        RUDDERSTACK_WRITE_KEYS: KEYS,
        WAREHOUSE_URL: 'bigquery://acme-prod/tantieme?location=EU',
        ...settings,
      }).warehouse;
    const address = { project: 'acme-prod', dataset: 'tantieme', location: 'EU', raw: undefined };
    expect(warehouse({})).toEqual({
      kind: 'bigquery',
      address,
      apiEndpoint: undefined,
      maximumBytesBilled: 1_099_511_627_776n,
    });
    expect(
      warehouse({ BIGQUERY_API_ENDPOINT: 'http://127.0.0.1:9050/', BIGQUERY_MAXIMUM_BYTES_BILLED: '1000000' }),
    ).toMatchObject({ apiEndpoint: 'http://127.0.0.1:9050', maximumBytesBilled: 1_000_000n });
  });

  test('sends our own events to RudderStack if RudderStack loads the raw tables', () => {
    const loaded = { RUDDERSTACK_WRITE_KEYS: KEYS, WAREHOUSE_URL: 'bigquery://acme-prod/tantieme?raw=rudder' };
    expect(refusal(loaded)).toContain(
      'RUDDERSTACK_DATA_PLANE_URL is missing: with raw=… in WAREHOUSE_URL, RudderStack loads the raw tables',
    );
    const url = 'https://plane.example.com';
    expect(readConfig({ ...loaded, RUDDERSTACK_DATA_PLANE_URL: url }).dataPlaneUrl).toBe(url);
  });

  test('reports all problems at once, and no secret', () => {
    const sentence = refusal({
      WAREHOUSE_URL: 'bigquery://project',
      BIGQUERY_MAXIMUM_BYTES_BILLED: '1 TB',
      OPERATIONAL_URL: 'mysql://ada:hunter2@db',
      DOCUMENTS_URL: 's3:bucket',
      STRIPE_API_KEY: 'sk test',
      STRIPE_API_BASE: 'stripe',
      PORT: '99999',
    });
    expect(sentence.split('\n').map((line) => line.trim().split(' ')[0])).toEqual([
      'The',
      'WAREHOUSE_URL',
      'BIGQUERY_MAXIMUM_BYTES_BILLED',
      'OPERATIONAL_URL',
      'DOCUMENTS_URL',
      'RUDDERSTACK_WRITE_KEYS',
      'STRIPE_API_KEY',
      'STRIPE_API_BASE',
      'PORT',
    ]);
    expect(sentence).toContain('write it as bigquery://<project>/<dataset>');
    expect(sentence).not.toMatch(/hunter2|sk test/);
  });

  test("accepts the options of RudderStack's destination, and no unknown option", () => {
    const destination = (text: string): Record<string, string> => ({
      RUDDERSTACK_WRITE_KEYS: KEYS,
      RUDDERSTACK_DESTINATION_CONFIG: text,
    });
    const options = '{"skipTracksTable":true,"jsonPaths":"track.properties.meta"}';
    expect(readConfig(destination(options)).destination).toEqual({
      ...NEW_DESTINATION,
      skipTracksTable: true,
      jsonPaths: 'track.properties.meta',
    });
    expect(refusal(destination('{"skipTrackTable":true}'))).toContain(
      'There is no option skipTrackTable; the options are',
    );
    expect(refusal(destination('{"toString":true}'))).toContain('There is no option toString');
    expect(refusal(destination('{"skipTracksTable":"yes"}'))).toContain(
      'The option skipTracksTable must be a boolean.',
    );
    for (const text of ['skipTracksTable', '[]', 'null']) {
      expect(refusal(destination(text))).toContain('it is not a JSON object.');
    }
  });

  test('uses the given S3 keys or those of the machine, and refuses one key without the other', () => {
    const given = { RUDDERSTACK_WRITE_KEYS: KEYS, S3_ENDPOINT: 'https://minio.example.com/', S3_REGION: 'auto' };
    const keys = { S3_ACCESS_KEY_ID: 'AKID', S3_SECRET_ACCESS_KEY: 'a/b+c=' };
    expect(readConfig({ ...given, ...keys }).s3).toEqual({
      endpoint: 'https://minio.example.com',
      region: 'auto',
      credentials: { accessKeyId: 'AKID', secretAccessKey: 'a/b+c=' },
    });
    expect(readConfig(given).s3.credentials).toBeUndefined();
    const { documents, s3 } = readConfig({ ...given, ...keys, DOCUMENTS_URL: 's3://statements/issued' });
    expect(documents).toEqual({ kind: 's3', bucket: 'statements', prefix: 'issued', s3 });
    for (const [name, value] of Object.entries(keys)) {
      const sentence = refusal({ ...given, [name]: value });
      expect(sentence).toMatch(/: S3_ACCESS_KEY_ID is (missing or malformed|set); set both or neither\./);
      expect(sentence).not.toContain(value);
    }
    expect(refusal({ ...given, S3_REGION: 'eu central', S3_ENDPOINT: 'minio' }).split('\n')).toHaveLength(3);
  });

  test('accepts a live Stripe key only with a control store that survives a power cut', () => {
    const live = { RUDDERSTACK_WRITE_KEYS: KEYS, STRIPE_API_KEY: 'sk_live_1' };
    expect(refusal(live)).toContain('STRIPE_API_KEY is malformed: a live key moves real money, but the embedded store');
    expect(refusal(live)).not.toContain('sk_live_1');
    const config = readConfig({ ...live, OPERATIONAL_URL: 'postgres://db/tantieme' });
    expect(config.stripe?.apiKey).toBe('sk_live_1');
    // Real money is sent only after a comparison.
    expect(config.comparisonMaxAgeMs).toBe(72 * 60 * 60 * 1000);
  });

  test('accepts a secret or restricted Stripe key, and no other kind', () => {
    const stripe = (key: string) => ({ RUDDERSTACK_WRITE_KEYS: KEYS, STRIPE_API_KEY: key });
    for (const key of ['sk_test_1', 'rk_test_1']) expect(readConfig(stripe(key)).stripe?.apiKey).toBe(key);
    expect(refusal({ ...stripe('rk_live_1') })).toContain('a live key moves real money');
    const cure = 'set a secret or restricted key, which begins with sk_test_, sk_live_, rk_test_ or rk_live_.';
    for (const [key, why] of [
      ['pk_live_hunter2', 'it is a publishable key'],
      ['whsec_hunter2', 'it is a webhook signing secret'],
      ['hunter2', 'it is not a Stripe key'],
      ['sk_test_', 'it is not a Stripe key'],
      ['sk_test_a b', 'it is not a Stripe key'],
    ] as const) {
      expect(refusal(stripe(key))).toBe(
        `The configuration cannot be used.\n  STRIPE_API_KEY is malformed: ${why}; ${cure}`,
      );
    }
  });

  test('refuses the public write keys of .env.example, and keys that no header can contain', () => {
    expect(refusal({ RUDDERSTACK_WRITE_KEYS: 'marketplace=change-me-1,tantieme=change-me-2' })).toBe(
      'The configuration cannot be used.\n  RUDDERSTACK_WRITE_KEYS is malformed: the keys of marketplace and tantieme are public, copied from .env.example; set your own, for example with "openssl rand -hex 16".',
    );
    expect(refusal({ RUDDERSTACK_WRITE_KEYS: 'marketplace=wk_1,tantieme=change-me-2' })).toContain(
      'the key of tantieme is public',
    );
    for (const key of ['wk 1', 'wk_ü', 'wk\u007f']) {
      expect(refusal({ RUDDERSTACK_WRITE_KEYS: `marketplace=${key},tantieme=wk_2` })).toContain(
        'item 1 must be name=key',
      );
    }
  });

  test('accepts several signing secrets of Stripe, and does not show malformed ones', () => {
    const secrets = (list: string) => ({ RUDDERSTACK_WRITE_KEYS: KEYS, STRIPE_WEBHOOK_SECRET: list });
    expect(readConfig(secrets('whsec_old, whsec_new')).stripeWebhookSecrets).toEqual(['whsec_old', 'whsec_new']);
    const malformed = /STRIPE_WEBHOOK_SECRET is malformed: it must be a list of Stripe signing secrets[^\n]+\.$/;
    for (const list of ['hunter2', 'whsec_old;whsec_ new', 'whsec_old,,whsec_new', 'whsec_', 'whsec_old,sk_test_1']) {
      expect(refusal(secrets(list))).toMatch(malformed);
      expect(refusal(secrets(list))).not.toMatch(/hunter2|whsec_old|whsec_new|sk_test/);
    }
  });

  test.each(['marketplace=wk_1', 'tantieme=wk_2:disabled'])(
    'requires an enabled source for our own events: %s',
    (keys) => {
      expect(refusal({ RUDDERSTACK_WRITE_KEYS: keys })).toContain('an enabled source named tantieme');
    },
  );
});
