import { Rejected } from '../../../warehouse/errors.ts';
import { imported, kebabName } from './names.ts';
import type { Repository } from './repository.ts';

/** A command about a period: its file, its place in the list of commands, and a test. */
export function newCommand(repository: Repository, text: string): string {
  const { kebab, camel } = kebabName(text, 'show-period');
  const commands = repository.read('api/commands/commands.ts');
  const isKnown = new RegExp(`^ +'?${kebab}'?: `, 'm').test(commands);
  if (isKnown || kebab === 'help') throw new Rejected(`There is a command ${kebab} already; choose another name.`);
  repository.create(`api/commands/${kebab}.ts`, commandText(camel));
  repository.insert('api/commands/commands.ts', {
    start: 'COMMANDS: ReadonlyMap<string, ',
    end: '  } satisfies Record',
    text: `'${kebab}': {
      usage: '${kebab} P',
      meaning: 'shows whether a period is closed, and under which seal',
      load: async () => (await import('./${kebab}.ts')).${camel},
    },\n`,
  });
  repository.create(`tests/api/commands/${kebab}.test.ts`, testText(kebab));
  return `Next: what it does in api/commands/${kebab}.ts, its usage and meaning in api/commands/commands.ts.`;
}

function commandText(camel: string): string {
  return `${imported('{ parsePeriod }', '../../warehouse/period.ts')}
${imported('type { Act }', './command.ts')}

/** Shows how a period stands. */
export const ${camel}: Act = async (args, { open }) => {
  const period = parsePeriod(args.require('The period')[0]);
  const client = await open();
  return { value: await client.requestJson(\`/v1/periods/\${period}\`) };
};
`;
}

function testText(kebab: string): string {
  return `${imported('{ describe, expect, test }', 'vitest')}
${imported('{ temporaryFolder }', '../../warehouse/folder.ts')}
${imported('{ commandLine }', './command-line.ts')}

describe('tantieme ${kebab}', () => {
  test('shows how a period stands', async () => {
    await using folder = await temporaryFolder();
    const tantieme = commandLine(folder.path);
    const shown = await tantieme(['${kebab}', '2026-01', '--json']);
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(shown.out)).toMatchObject({ period: '2026-01', is_closed: false });
  });

  test('ends with 2 for a period that is missing or malformed', async () => {
    const tantieme = commandLine('nowhere');
    expect(await tantieme(['${kebab}'])).toMatchObject({ code: 2, out: '', err: expect.stringContaining('The period') });
    expect(await tantieme(['${kebab}', '2026-13'])).toMatchObject({ code: 2, out: '' });
  });
});
`;
}
