import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Static, Type } from 'typebox';
import { type Brand, brandOf, PUBLISHES } from '../../reports/brand.ts';
import { exactly } from '../../reports/exactly.ts';
import { settingsFile } from '../../reports/settings-file.ts';
import { text } from '../../reports/settings-shapes.ts';
import { readLogo } from '../../reports/statement/issuer-file.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { unreadableBecause } from '../../warehouse/file-causes.ts';
import type { SettingsReader } from '../../warehouse/settings.ts';
import { contrastOf, PAGE_COLORS } from './contrast.ts';
import type { StatementConfig } from './statement-config.ts';

const Color = Type.String({ pattern: '^#[0-9a-fA-F]{6}$' });
const Paragraphs = Type.Array(text(600), { minItems: 1, maxItems: 10 });

const BrandFile = exactly(
  {
    name: Type.Optional(text(100, 'The name of the marketplace; without it, that of the issuer of statements.')),
    logo: Type.Optional(
      Type.String({ minLength: 1, description: 'A PNG or JPEG file; its path, from the folder of this one.' }),
    ),
    color: Type.Optional(exactly({ light: Color, dark: Color }, 'The colour of links and buttons.')),
    welcome: Type.Optional(exactly({ en: Paragraphs, de: Paragraphs }, 'The paragraphs of the landing page.')),
    links: Type.Optional(
      Type.Array(
        exactly(
          {
            label: exactly({ en: text(60), de: text(60) }, 'What the link says.'),
            url: Type.String({ pattern: '^https://[^\\s]+$', maxLength: 500 }),
          },
          'A link, such as to an imprint.',
        ),
        { maxItems: 12 },
      ),
    ),
    publishes: Type.Optional(
      exactly(
        {
          terms: Type.Optional(Type.Boolean()),
          docs: Type.Optional(Type.Boolean()),
          status: Type.Optional(Type.Boolean()),
          figures: Type.Optional(Type.Boolean()),
        },
        'What whoever has not logged in may see.',
      ),
    ),
  },
  'How an installation looks to those outside.',
);

/** The brand of `TANTIEME_BRAND_FILE`; its name and logo are those of the issuer of statements, unless the file has its own. */
export function brandConfig(settings: SettingsReader, statements: StatementConfig): Brand {
  const plain = brandOf(statements);
  return settings.read('TANTIEME_BRAND_FILE', (path) => readBrandFile(resolve(path), plain)) ?? plain;
}

function readBrandFile(path: string, plain: Brand): Brand {
  const logoOf = (logo: string | undefined) =>
    logo === undefined ? plain.logo : readLogo(resolve(dirname(path), logo));
  const file = settingsFile({
    called: 'brand file',
    setting: 'TANTIEME_BRAND_FILE',
    unset: 'There is no brand file; set TANTIEME_BRAND_FILE.',
    schema: BrandFile,
    faultsBetween({ logo, color }) {
      const read = logoOf(logo);
      return [...(typeof read === 'string' ? [read] : []), ...faintColors(color)];
    },
  });
  const { name, logo, color, welcome, links, publishes } = file.parse(readBytes(path), path);
  const read = logoOf(logo);
  return Object.freeze({
    ...{ name: name ?? plain.name, color, welcome, links: links ?? [] },
    logo: typeof read === 'string' ? undefined : read,
    publishes: { ...PUBLISHES, ...publishes },
  });
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Rejected(`The file ${path} cannot be read: ${unreadableBecause(error)}`);
  }
}

/** WCAG 2.2, 1.4.3: text of normal size. */
const LEAST_CONTRAST = 4.5;

/** Which colours cannot be read on our pages, as the text of a link or below that of a button. */
function faintColors(color: Static<typeof BrandFile>['color']): string[] {
  if (color === undefined) return [];
  return (['light', 'dark'] as const).flatMap((theme) => {
    const least = Math.min(...PAGE_COLORS[theme].map((other) => contrastOf(color[theme], other)));
    if (least >= LEAST_CONTRAST) return [];
    const which = theme === 'light' ? 'darker' : 'lighter';
    return [
      `color.${theme} ${color[theme]} has a contrast of ${least.toPrecision(3)}:1 to what it stands on, and needs ${LEAST_CONTRAST}:1; take a ${which} one.`,
    ];
  });
}
