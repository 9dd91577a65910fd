import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TABLE_NAME_PATTERN } from '../warehouse/datasets.ts';
import { type File, files, LAYERS, paths, production, ROOT, textsOf } from './sources.ts';

/** The rules of this repository that a program can check; the READMEs give the reasons. */

const layerOf = (path: string): number => LAYERS.findIndex((layer) => path.startsWith(`${layer}/`));

/** Each place in the code of files that a pattern finds, as `path: what`. */
function places(pattern: RegExp, { of, homes = [] }: { of: readonly File[]; homes?: readonly string[] }): string[] {
  return of
    .filter(({ path }) => !homes.some((home) => path === home || path.startsWith(home)))
    .flatMap(({ path, code }) => [...code.matchAll(pattern)].map(([found]) => `${path}: ${found.trim()}`));
}

describe('imports', () => {
  test(`run one way: ${LAYERS.join(' ← ')}`, () => {
    const against = production.flatMap(({ path, imports }) =>
      imports.filter((to) => layerOf(to) > layerOf(path)).map((to) => `${path} → ${to}`),
    );
    expect(against).toEqual([]);
  });

  test('form no circle, not even of types', () => {
    const imports = new Map(files.map((file) => [file.path, file.imports]));
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      if (done.has(path) || trail.includes(path)) return;
      for (const to of imports.get(path) ?? []) visit(to, [...trail, path]);
      done.add(path);
    };
    for (const { path } of files) visit(path, []);
    expect(circles).toEqual([]);
  });

  test('of production reach no tests, and nothing outside this repository but packages and package.json', () => {
    const outside = production.flatMap(({ path, imports }) =>
      imports.filter((to) => layerOf(to) < 0 && to !== 'package.json').map((to) => `${path} → ${to}`),
    );
    expect(outside).toEqual([]);
  });

  test('do not reach past the border of an engine, but to read its address, to open it, and to query a file of it', () => {
    const homes = ['api/boot/warehouse-config.ts', 'api/boot/warehouse.ts', 'api/queries/query-process.ts'];
    const engineOf = (path: string): string | undefined => /^warehouse\/(duckdb|bigquery)\//.exec(path)?.[1];
    const reached = production.flatMap(({ path, imports }) =>
      imports
        .filter((to) => engineOf(to) && engineOf(to) !== engineOf(path) && !homes.includes(path))
        .map((to) => `${path} → ${to}`),
    );
    expect(reached).toEqual([]);
  });
});

describe('the world outside', () => {
  test('has one clock', () => {
    expect(
      places(/\bDate\.now\b|\bnew Date\(\s*\)/g, {
        of: files,
        homes: ['warehouse/clock.ts', 'tests/jobs/payouts/simulation/virtual-timers.ts'],
      }),
    ).toEqual([]);
  });

  test('has one source of randomness', () => {
    expect(places(/\bMath\.random\b/g, { of: files })).toEqual([]);
    const homes = ['warehouse/ids.ts', 'api/auth/key-secret.ts', 'ingest/gateway/accept-events.ts'];
    expect(places(/\brandom(Bytes|UUID|Int)\b/g, { of: production, homes })).toEqual([]);
  });

  test('is configured where a program starts', () => {
    expect(places(/\bprocess\.env\b/g, { of: production, homes: ['api/boot/environment.ts'] })).toEqual([]);
  });

  test('is given as long as every test: none says how fast it is', () => {
    const tests = files.filter(({ path }) => path.startsWith('tests/'));
    expect(places(/\btimeout: (?!HUNG_AFTER_MS\b)\S+|\},\s*\d[\d_]*\d{3},?\s*\);/g, { of: tests })).toEqual([]);
  });

  test('is spoken to where a program starts', () => {
    const homes = [
      'api/main.ts',
      'api/cli.ts',
      'api/commands/',
      'ingest/events/tracking-plan.ts',
      'ingest/events/readme.ts',
    ];
    expect(places(/\bconsole\.\w+|\bprocess\.(stdout|stderr|exit|exitCode)\b/g, { of: production, homes })).toEqual([]);
  });

  test('moves money through one folder', () => {
    const asking =
      /\b(transfers|payouts|refunds|charges|paymentIntents)\s*\.\s*(create|createReversal|update|cancel)\b/g;
    expect(places(asking, { of: production, homes: ['jobs/payouts/rails/'] })).toEqual([]);
    const creating = places(/\btransfers\.create\b/g, { of: production });
    expect(creating).toEqual(['jobs/payouts/rails/stripe/stripe-transfers.ts: transfers.create']);
  });
});

describe('types', () => {
  test('are never any', () => {
    const typed = files.map((file) => ({ ...file, code: file.code.replace(/`(?:\\.|[^`\\])*`/g, '') }));
    expect(places(/(?:[:<|&,=]|\bas)\s*any\b(?!\s*[(:])/g, { of: typed })).toEqual([]);
  });

  test('are never silenced', () => {
    const silenced = files.filter(({ text }) => /@ts-(ignore|nocheck|expect-error)\b/.test(text));
    expect(silenced.map(({ path }) => path)).toEqual([]);
  });

  test('are exported only where another file names them', () => {
    const fileCounts = new Map<string, number>();
    for (const { text } of files)
      for (const word of new Set(text.match(/\w+/g) ?? [])) fileCounts.set(word, (fileCounts.get(word) ?? 0) + 1);
    const own = files.flatMap(({ path, text }) =>
      [...text.matchAll(/^export (?:interface|type) (\w+)(?=[\s<=])/gm)].flatMap(([, name = '']) =>
        fileCounts.get(name) === 1 ? [`${path}: ${name}`] : [],
      ),
    );
    expect(own).toEqual([]);
  });
});

describe('money', () => {
  test('is never a float', () => {
    expect(places(/\bparseFloat\b|\.toFixed\b|\bparseInt\b/g, { of: production })).toEqual([]);
  });

  test('is never divided or multiplied by a hundred', () => {
    expect(places(/(amount|minor|cents|price|total|balance|\))\w*\s*[/*]\s*100\b(?!n)/gi, { of: production })).toEqual(
      [],
    );
  });
});

describe('a model', () => {
  const models = paths.filter((path) => /^transforms\/[^.]+\.sql$/.test(path));

  test.each(models)('%s says what a row is, is declared, and has scenarios', (path) => {
    expect(readFileSync(join(ROOT, path), 'utf8')).toMatch(/^-- \S/);
    expect(paths).toContain(path.replace(/\.sql$/, '.ts'));
    expect(paths).toContain(`tests/${path.replace(/\.sql$/, '.scenarios.md')}`);
  });

  test('is one of many', () => expect(models.length).toBeGreaterThan(30));
});

describe('SQL', () => {
  /** Where a statement depends on a table or model that is chosen at run time; `tests/support/statements.ts` lists every form. */
  const composing = [
    'warehouse/table-queries.ts',
    'transforms/engine/checks.ts',
    'ingest/stripe/queries.ts',
    'transforms/engine/estimate.ts',
    'transforms/engine/statements.ts',
    'transforms/ledger/books.ts',
    'transforms/ledger/source-counts.ts',
    'transforms/ledger/fact-keys.ts',
    'transforms/ledger/verify.ts',
  ];
  const engines = ['warehouse/duckdb/', 'warehouse/bigquery/', 'warehouse/functions/', 'warehouse/published/postgres/'];
  const outside = (homes: readonly string[]): readonly File[] =>
    production.filter(({ path }) => !homes.some((home) => path.startsWith(home)));

  test('stands in files of named queries, but for what is composed', () => {
    const isSql = new RegExp(
      `\\bselect\\b[\\s\\S]*\\bfrom\\b|\\b(?:from|join|into|update|table)\\s+${TABLE_NAME_PATTERN}`,
      'i',
    );
    const found = outside([...composing, ...engines, 'warehouse/operational/migrations/']).flatMap((file) =>
      textsOf(file)
        .filter((text) => isSql.test(text))
        .map((text) => `${file.path}: ${text}`),
    );
    expect(found).toEqual([]);
  });

  test('runs as a named or composed query', () => {
    // What a person writes; what is passed on; and PostgreSQL, which is another store.
    const others = [
      'warehouse/cached-reads.ts',
      'api/commands/query.ts',
      'jobs/interruptible.ts',
      'warehouse/operational/',
    ];
    const files = outside([...engines, ...others]);
    expect(places(/\.(?:query|stream)\s*(?:<[^()]*>)?\((?!\s*\.\.\.)[^\n]*/g, { of: files })).toEqual([]);
  });

  test('of checks stands beside its model', () => {
    const checks = paths.filter((path) => path.endsWith('.checks.sql'));
    expect(checks.length).toBeGreaterThan(3);
    expect(checks.filter((path) => !paths.includes(path.replace('.checks.sql', '.sql')))).toEqual([]);
  });

  test('of queries is read by a module beside it', () => {
    const queries = paths.filter((path) => path.endsWith('.queries.sql'));
    expect(queries.length).toBeGreaterThan(5);
    const reads = (path: string): boolean =>
      production.some((file) => dirname(file.path) === dirname(path) && file.text.includes(`'${basename(path)}'`));
    expect(queries.filter((path) => !reads(path))).toEqual([]);
  });
});

describe('names', () => {
  /** The models of this repository, and the files of the dbt project that a benchmark compares it with. */
  const isModel = (path: string): boolean =>
    /^(tests\/)?transforms\/(staging|intermediate|marts)\/|^tests\/bench\/dbt\//.test(path);

  test('of files are kebab-case, and of models snake_case', () => {
    const stem = (path: string): string =>
      basename(path).replace(/(\.(test|scenarios|d|checks|queries))?\.[a-z]+$/, '');
    const odd = paths.filter((path) => {
      if (/^(README|DECISIONS)\.md$/.test(basename(path))) return false;
      return !(isModel(path) ? /^[a-z0-9]+(_{1,2}[a-z0-9]+)*$/ : /^[a-z0-9]+(-[a-z0-9]+)*$/).test(stem(path));
    });
    expect(odd).toEqual([]);
  });

  describe('of functions', () => {
    const blocks = [
      /^( *)(?:export )?(?:async )?function\*? (\w+).*?\n\1}$/gms,
      /^( *)(?:export )?const (\w+)(?:: [^=\n]+)? = (?:async )?\([^\n]*=> \{\n.*?\n\1};$/gms,
      /^( {2})(?:static )?(?:async )?\*?#?(\w+)(?:<[^\n]*>)?\((?:[^\n]*|\n.*?\n\1\)[^\n]*) \{\n.*?\n\1}$/gms,
    ];
    const declared = production.flatMap(({ path, code }) =>
      blocks.flatMap((block) =>
        [...code.matchAll(block)].map(([text, , name = '']) => ({ at: `${path}: ${name}`, name, text })),
      ),
    );
    const found = (isOdd: (each: { readonly name: string; readonly text: string }) => boolean): string[] =>
      declared.filter(isOdd).map(({ at }) => at);

    test('that always throw begin with throw', () => {
      const always = declared.filter(({ text }) => /^[^\n]*\): never (?:=> )?\{\n/.test(text));
      expect(always.length).toBeGreaterThan(5);
      expect(found((each) => /^[^{]*\): never (?:=> )?\{\n/.test(each.text) && !/^(re)?throw/.test(each.name))).toEqual(
        [],
      );
    });

    test('that begin with is or has never throw', () => {
      expect(found(({ name, text }) => /^(is|has)[A-Z]/.test(name) && /\bthrow /.test(text))).toEqual([]);
    });

    test('that throw an error of their own begin with a verb, so none is ‘…Of’, ‘checked’ or ‘sortedRows’', () => {
      const ofOwn = /\bthrow\s+(?!\w+;)|(?<!\.)\bthrow[A-Z]\w*\(/;
      const names = /^(?!require)\w+Of$|^(?!embed|feed|need|seed)[a-z]+ed(?![a-z])/;
      expect(declared.filter(({ text }) => ofOwn.test(text)).length).toBeGreaterThan(300);
      expect(found(({ name, text }) => names.test(name) && ofOwn.test(text))).toEqual([]);
    });
  });

  test('say what is inside', () => {
    const vague = /(^|\/)(utils?|helpers?|commons?|index|misc|lib|shared|types?)(\/|\.[a-z]+$)/;
    const meant = ['ingest/rudder/types.ts', 'warehouse/duckdb/types.ts', 'warehouse/bigquery/client/types.ts'];
    const own = (path: string): boolean => meant.includes(path) || /\/types\.test\.ts$/.test(path);
    expect(paths.filter((path) => vague.test(path) && !own(path))).toEqual([]);
  });
});

describe('size', () => {
  test('a file has at most 300 lines', () => {
    const long = files.filter(({ text }) => text.split('\n').length > 301);
    expect(long.map(({ path, text }) => `${path}: ${text.split('\n').length - 1}`)).toEqual([]);
  });
});
