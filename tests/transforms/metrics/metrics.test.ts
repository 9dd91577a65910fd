import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { METRICS, type Metric } from '../../../transforms/metrics/metrics.ts';
import { publishedSql } from '../../../transforms/metrics/published-sql.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { PUBLISHED_ENGINES, publishedEngines } from '../../support/published.ts';
import { type Scenario, scenariosOf } from '../../support/scenarios.ts';

/** Each metric gives what was worked out by hand for its scenario, on every engine on which marts are published. */

const { rowsOn } = publishedEngines();

describe.each(METRICS)('$name', (metric) => {
  test.each(PUBLISHED_ENGINES)('on %s', async (engine) => {
    const { inputs, expected } = scenarioOf(metric);
    const wanted = expected.rows.map((row) => expected.columns.map((name) => `${name}: ${row[name]}`).join(', '));
    expect(await rowsOn(engine)(metric.sql, inputs)).toEqual(wanted.sort());
  });
});

test('every query of metrics is declared, and a metric reads marts alone', () => {
  expect(METRICS.flatMap(({ reads }) => reads.filter((name) => !/^tantieme\.(?!stg_)/.test(name)))).toEqual([]);
  const subjects = [...new Set(METRICS.map(({ subject }) => subject))];
  const queries = subjects.flatMap((subject) => {
    const text = readFileSync(new URL(`../../../transforms/metrics/${subject}.queries.sql`, import.meta.url), 'utf8');
    return [...text.matchAll(/^-- ([a-z_]+): /gm)].map(([, name]) => name);
  });
  expect(queries.toSorted()).toEqual(METRICS.map(({ name }) => name).toSorted());
});

describe('published SQL', () => {
  test('has functions written out, one within the other', () => {
    const sql = 'select fn.ratio_ppm(sum(a), fn.ratio_ppm(b, c + (d))) from tantieme.daily_money';
    const text = publishedSql(sql, { engine: 'postgresql', schema: 'bi' });
    expect(text).not.toContain('fn.');
    expect(text).toContain('from bi.daily_money');
    expect(text).toContain('(sum(a))');
    expect(text).toContain('(c + (d))');
  });

  test('has no function that an engine has no text for', () => {
    const sql = 'select fn.month_of(a) from tantieme.daily_money';
    expect(() => publishedSql(sql, { engine: 'postgresql', schema: 'bi' })).toThrow(
      'The function month_of has no text for postgresql.',
    );
  });
});

function scenarioOf(metric: Metric): Scenario {
  const url = new URL(`./${metric.subject}.scenarios.md`, import.meta.url);
  const section = readFileSync(url, 'utf8')
    .split(/^(?=## )/m)
    .find((each) => each.startsWith(`## ${metric.name}\n`));
  const text = requirePresent(section, `${metric.subject}.scenarios.md must have a scenario ${metric.name}.`);
  const [scenario] = scenariosOf({ ...metric, readsPrevious: [] }, `\n${text}`);
  return requirePresent(scenario, `The scenario of ${metric.name} must have tables.`);
}
