import { Rejected } from '../../../warehouse/errors.ts';
import { imported, type Name, snakeName } from './names.ts';
import type { Repository } from './repository.ts';

type Layer = 'staging' | 'intermediate' | 'marts';

/** A model: SELECT, declaration, checks, scenarios, its places in the list of models, the README and the test of the checks. */
export function newModel(repository: Repository, text: string): string {
  const name = snakeName(text, 'stg_rudder__gifts, int_gifts or gifts');
  if (/^stg_/.test(text) && !/^stg_[a-z0-9]+__/.test(text)) {
    throw new Rejected(`${text} does not name its source; write a staging model as stg_rudder__gifts.`);
  }
  const layer: Layer = text.startsWith('stg_') ? 'staging' : text.startsWith('int_') ? 'intermediate' : 'marts';
  const { sql, declaration, check, scenarios, picture } = TEMPLATES[layer](name);
  const path = `transforms/${layer}/${text}`;
  repository.create(`${path}.sql`, sql);
  repository.create(`${path}.ts`, declarationText(name, declaration));
  if (check) {
    const { name: checked, query, breaking } = check;
    repository.create(`${path}.checks.sql`, query);
    repository.insert('tests/transforms/engine/corrupted.ts', {
      start: 'const BREAKING: ',
      end: '\n};',
      text: `\n  ${checked}: \`${breaking}\`,`,
    });
  }
  repository.create(`tests/${path}.scenarios.md`, scenarios);
  const readme = 'transforms/README.md';
  repository.insert(readme, { ...PLACES[layer], text: `    ${picture}\n` });
  repository.change(
    'transforms/models.ts',
    (models) => `import { ${name.camel} } from './${layer}/${text}.ts';\n${models}`,
  );
  repository.insert('transforms/models.ts', {
    start: 'MODELS: readonly Model[] = [',
    end: '];',
    text: `  ${name.camel},\n`,
  });
  return `Next: the SELECT in ${path}.sql, its declaration beside it, what must hold in ${text}.checks.sql,
scenarios in tests/${path}.scenarios.md, its place in the picture of ${readme}, and what it decides in
transforms/DECISIONS.md.`;
}

/** Where a model stands in the picture of the README. */
const PLACES: Readonly<Record<Layer, { readonly start: string; readonly end: string }>> = {
  staging: { start: 'subgraph staging\n', end: '  end\n' },
  intermediate: { start: 'subgraph steps of a build\n', end: '  end\n' },
  marts: { start: 'flowchart LR\n', end: '```\n' },
};

interface Texts {
  readonly sql: string;
  readonly declaration: {
    readonly kind: 'view' | 'step' | 'period';
    readonly reads: string;
    readonly fields: string;
    readonly key: string;
  };
  /** A staging model has those that follow from its declaration. */
  readonly check?: {
    readonly name: string;
    readonly query: string /** A statement that makes the check fail. */;
    readonly breaking: string;
  };
  readonly scenarios: string;
  /** A line of the picture in the README. */
  readonly picture: string;
}

function declarationText({ camel, snake }: Name, { kind, reads, fields, key }: Texts['declaration']): string {
  return `${imported('{ defineModel }', '../engine/model.ts')}

export const ${camel} = defineModel(import.meta.url, {
  name: '${snake}',
  kind: '${kind}',
  reads: [${listed(reads)}],
  fields: [${listed(fields)}],
  key: [${listed(key)}],
});
`;
}

const listed = (names: string): string => JSON.stringify(names.split(' ')).slice(1, -1);

const TEMPLATES: Readonly<Record<Layer, (name: Name) => Texts>> = {
  staging: ({ snake }) => ({
    sql: `-- One row a creator, as the sign-up was first recorded.
with first_recorded as (
  select *
  from raw.creator_signed_up
  where creator_id is not null
  qualify row_number() over (partition by creator_id order by loaded_at, id) = 1
)
select creator_id, country, timestamp as occurred_at, loaded_at as recorded_at
from first_recorded
`,
    declaration: {
      kind: 'view',
      reads: 'raw.creator_signed_up',
      fields: 'creator_id country occurred_at recorded_at',
      key: 'creator_id',
    },
    scenarios: `# ${snake}

## What was recorded first stands, and a message without a creator is none

\`raw.creator_signed_up\`

| id  | creator_id | country | timestamp  | loaded_at  |
| --- | ---------- | ------- | ---------- | ---------- |
| m2  | cr_ada     | FR      | 2026-01-01 | 2026-01-09 |
| m1  | cr_ada     | GB      | 2026-01-05 | 2026-01-05 |
| m3  |            | US      | 2026-01-02 | 2026-01-02 |

\`expected\`

| creator_id | country | occurred_at | recorded_at |
| ---------- | ------- | ----------- | ----------- |
| cr_ada     | GB      | 2026-01-05  | 2026-01-05  |
`,
    picture: snake,
  }),

  intermediate: ({ snake }) => ({
    sql: `-- One row a licence type and currency: what was paid in the sales that are booked in the period.
select license_type, currency, sum(amount) as amount
from steps.int_sales
where exception_reason is null
group by license_type, currency
`,
    declaration: {
      kind: 'step',
      reads: 'steps.int_sales',
      fields: 'license_type currency amount',
      key: 'license_type currency',
    },
    check: {
      name: `${snake}_not_negative`,
      query: `-- ${snake}_not_negative: No amount of ${snake} is negative.
select license_type, currency
from steps.${snake}
where amount < 0;
`,
      breaking: `update steps.${snake} set amount = -1`,
    },
    scenarios: `# ${snake}

## Sales of a licence type add up, each currency by itself; those in suspense do not count

\`steps.int_sales\`

| sale_id | license_type | currency | amount | exception_reason |
| ------- | ------------ | -------- | ------ | ---------------- |
| sale_1  | one_time     | EUR      | 12.5   |                  |
| sale_2  | one_time     | EUR      | 0.25   |                  |
| sale_3  | one_time     | USD      | 3      |                  |
| sale_4  | one_time     | USD      | 5      | terms_missing    |

\`expected\`

| license_type | currency | amount |
| ------------ | -------- | ------ |
| one_time     | EUR      | 12.75  |
| one_time     | USD      | 3      |
`,
    picture: snake,
  }),

  marts: ({ snake }) => ({
    sql: `-- One row a period, creator and currency: the sum of the creator's royalties.
select period, creator_id, currency, sum(royalty_amount) as royalty_amount
from tantieme.royalties
where period = $period
group by period, creator_id, currency
`,
    declaration: {
      kind: 'period',
      reads: 'tantieme.royalties',
      fields: 'period creator_id currency royalty_amount',
      key: 'period creator_id currency',
    },
    check: {
      name: `${snake}_add_up`,
      query: `-- ${snake}_add_up: The sums of ${snake} are those of the royalties.
select sums.period, sums.creator_id, sums.currency
from tantieme.${snake} as sums
join tantieme.royalties as royalties
  on royalties.period = sums.period and royalties.creator_id = sums.creator_id and royalties.currency = sums.currency
where sums.period = $period
group by sums.period, sums.creator_id, sums.currency, sums.royalty_amount
having sum(royalties.royalty_amount) <> sums.royalty_amount;
`,
      breaking: `update tantieme.${snake} set royalty_amount = royalty_amount + 1`,
    },
    scenarios: `# ${snake}

## Royalties of a creator in the period add up, each currency by itself

\`tantieme.royalties\`

| period  | movement_id | creator_id | currency | royalty_amount |
| ------- | ----------- | ---------- | -------- | -------------- |
| 2026-01 | sale_1      | cr_ada     | EUR      | 10             |
| 2026-01 | ref_1       | cr_ada     | EUR      | -2.5           |
| 2026-01 | sale_2      | cr_ada     | USD      | 1              |
| 2026-02 | sale_3      | cr_ada     | EUR      | 4              |

\`expected\`

| period  | creator_id | currency | royalty_amount |
| ------- | ---------- | -------- | -------------- |
| 2026-01 | cr_ada     | EUR      | 7.5            |
| 2026-01 | cr_ada     | USD      | 1              |
`,
    picture: `royalties --> ${snake}`,
  }),
};
