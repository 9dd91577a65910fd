import { Rejected } from '../../../warehouse/errors.ts';
import { imported, kebabName } from './names.ts';
import type { Repository } from './repository.ts';

/** A job about a period: its file, its place in the list of jobs and in the README, and a test. */
export function newJob(repository: Repository, text: string): string {
  const { kebab, camel, sentence } = kebabName(text, 'archive-statements');
  if (!kebab.includes('-')) throw new Rejected(`${text} is not a verb and its object; write it as archive-statements.`);
  repository.create(`jobs/${kebab}.ts`, jobText({ kebab, camel, sentence }));
  repository.change('jobs/jobs.ts', (jobs) => `import { ${camel} } from './${kebab}.ts';\n${jobs}`);
  repository.insert('jobs/jobs.ts', { start: 'JOBS_BY_NAME = {', end: '}', text: `  '${kebab}': ${camel},\n` });
  repository.insert('api/portal/words/meanings/jobs-de.ts', {
    start: 'jobs: Readonly<Record<JobName, Meaning>> = {',
    end: '\n};',
    text: `\n  '${kebab}': { meaning: 'Sagt, ob die Bücher eines Monats abgeschlossen sind.' },`,
  });
  repository.insert('jobs/README.md', {
    start: '| job | does |',
    end: '\n\n',
    text: `\n| \`${kebab}\` | says whether the books of a month are closed |`,
  });
  repository.create(`tests/jobs/${kebab}.test.ts`, testText({ kebab, camel }));
  return `Next: what it does in jobs/${kebab}.ts, jobs/README.md and, in German, api/portal/words/meanings/jobs-de.ts; in api/auth/permissions.ts whether finance may start it, as an
operator may; in SCHEDULES of jobs/schedule.ts when it runs, if the clock starts it.`;
}

function jobText({ kebab, camel, sentence }: { kebab: string; camel: string; sentence: string }): string {
  return `${imported('{ closeOf }', '../transforms/ledger/closing.ts')}
${imported('type { Job }', './job.ts')}
${imported('{ catchUp }', './load-events.ts')}

export const ${camel}: Job = {
  name: '${kebab}',
  meaning: '${sentence}: says whether the books of a period are closed; say in one sentence what it does.',
  about: 'period',
  async run(run, period) {
    await catchUp(run);
    run.progress(\`looking up \${period}\`);
    const close = await closeOf(run.warehouse, period);
    return { period, is_closed: close !== undefined };
  },
};
`;
}

function testText({ kebab, camel }: { kebab: string; camel: string }): string {
  return `${imported('{ afterAll, beforeAll, describe, expect, test }', 'vitest')}
${imported('{ closePeriod }', '../../jobs/close-period.ts')}
import { ${camel} } from '../../jobs/${kebab}.ts';
${imported('{ openTestServices, type TestServices }', './test-services.ts')}

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
});
afterAll(() => harness[Symbol.asyncDispose]());

describe('${kebab}', () => {
  test('says whether a period is closed, and changes nothing when it runs again', async () => {
    for (const _ of [1, 2]) {
      expect(await harness.run(${camel}, '2026-01')).toEqual({ period: '2026-01', is_closed: false });
    }
    await harness.run(closePeriod, '2026-01');
    expect(await harness.run(${camel}, '2026-01')).toEqual({ period: '2026-01', is_closed: true });
  });
});
`;
}
